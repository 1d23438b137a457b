"""SRT by libsrt: links and a destination."""

"""Run by the Python of the landmark tool (docs/photo.md), not by ours: ``python mesh_tool.py PICTURE MASK`` prints the 478
points of every face as JSON and writes how much of each pixel belongs to a person. Nothing is downloaded or sent."""

import json
import sys

import mediapipe
import numpy as np
from PIL import Image


def main() -> None:
    picture, mask = sys.argv[1:]
    with Image.open(picture) as image:
        rgb = np.asarray(image.convert("RGB"))
    height, width = rgb.shape[:2]
    solutions = mediapipe.solutions
    with solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=4, refine_landmarks=True) as mesh:
        found = mesh.process(rgb).multi_face_landmarks or []
    faces = [[[p.x * width - 0.5, p.y * height - 0.5] for p in face.landmark] for face in found]
    with solutions.selfie_segmentation.SelfieSegmentation(model_selection=0) as segmentation:
        person = segmentation.process(rgb).segmentation_mask
    Image.fromarray((np.clip(person, 0, 1) * 255).astype(np.uint8)).save(mask)
    json.dump({"faces": faces, "tool": f"mediapipe {mediapipe.__version__}"}, sys.stdout)


main()

import numpy as np


def profile(image):
    """Mean of the rows: one value per column."""
    return image.mean(axis=0)


def spot(image, threshold=50):
    """The brightest pixel: row, column, and how bright; None where nothing is bright."""
    if image.max() < threshold:
        return None
    row, column = np.unravel_index(image.argmax(), image.shape)
    return [row, column, image[row, column]]

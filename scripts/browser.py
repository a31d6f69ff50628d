"""Find a Chromium: the one that CHROMIUM names, or one of the usual names."""

import os
import shutil

NAMES = "chromium", "chromium-browser", "google-chrome", "chrome"
INSTALL = "apt-get install chromium (or set CHROMIUM to where a Chromium is)"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def find():
    """Return the path of a Chromium, or None."""
    names = os.environ.get("CHROMIUM"), *NAMES
    return next(filter(None, map(shutil.which, filter(None, names))), None)

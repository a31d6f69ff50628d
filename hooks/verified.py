"""Give the templates the versions that the answers are verified with, from the pins."""

import re
import tomllib
from pathlib import Path


def on_config(config):
    project = Path(config.config_file_path).with_name("pyproject.toml")
    pins = tomllib.loads(project.read_text("utf-8"))["project"]
    required = pins["optional-dependencies"]["test"]
    versions = [re.fullmatch(r"(numpy|torch)==([\w.]+)", line) for line in required]
    config.extra["versions"] = [f"{v[1]} {v[2]}" for v in versions if v]
    return config

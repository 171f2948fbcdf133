"""Reads .env files with python-dotenv: a JSON list of [text, process variables or null] in, a list of objects out."""
import io
import json
import logging
import os
import sys

from dotenv.main import DotEnv

logging.disable(logging.CRITICAL)
answers = []
for text, process in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(process or {})
    # As a file is opened: both kinds of line ends become one.
    stream = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")
    answers.append(DotEnv(None, stream=stream, interpolate=process is not None, override=False).dict())
json.dump(answers, sys.stdout)

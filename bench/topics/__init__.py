# SPDX-License-Identifier: PostgreSQL
"""The topics, in the order in which they run. A new topic is a module with a TOPIC, and its name here."""
import importlib

NAMES = ["booking", "wal", "batch", "rejection", "announce", "size", "churn", "slots", "replan", "poll", "http", "reads", "latency", "long_poll", "constraint", "growth"]
TOPICS = [importlib.import_module(f"topics.{name}").TOPIC for name in NAMES]

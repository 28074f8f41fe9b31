"""The plan of a day as a process of its own, so that the server goes on meanwhile.

Reads what is asked as JSON from its input and prints the plan, or the refusal, as JSON.
"""

import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from office.errors import OfficeError
from office.place import Office
from office.staffing.plan import plan
from office.staffing.question import Question
from storage.work import Store


def main() -> None:
    """Answer one question."""
    asked = json.load(sys.stdin)
    question = Question(**asked["question"]) if asked["question"] else None
    store = Store(asked["database"])
    try:
        with store.read() as work:
            found = plan(
                work,
                work.session.get_one(Office, asked["office"]),
                date.fromisoformat(asked["day"]) if asked["day"] else None,
                datetime.fromisoformat(asked["now"]),
                asked["language"],
                question,
            )
        told: dict[str, Any] = {"plan": asdict(found)}
    except OfficeError as refusal:
        told = {"refused": refusal.code, "facts": refusal.facts}
    finally:
        store.close()
    json.dump(told, sys.stdout, default=str)


if __name__ == "__main__":
    main()

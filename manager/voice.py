"""The addresses of the voice's settings: how the waiting room speaks, told and changed."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from manager.shapes import VoiceChange, VoiceShape
from office.people import Right
from office.voice import change_settings, settings_of
from web.shapes import problems
from web.turns import Turn, in_reading, in_turn

voice = APIBlueprint("manager_voice", __name__, tag="Voice")


@voice.get("/voice")
@voice.output(VoiceShape)
@voice.doc(responses=problems(401, 403))
def the_voice() -> Response:
    """Tell how the waiting room speaks."""
    return in_reading(
        Right.READ_JOURNAL, lambda turn: settings_of(turn.work, turn.office.id).told()
    )


@voice.post("/voice")
@voice.input(VoiceChange)
@voice.output(VoiceShape)
@voice.doc(responses=problems(400, 401, 403, 409, 413, 422))
def change_voice(json_data: VoiceChange) -> Response:
    """Change how the waiting room speaks; boards follow at once."""

    def act(turn: Turn) -> dict[str, Any]:
        values = json_data.model_dump(by_alias=True)
        return change_settings(turn.work, turn.office, turn.actor, turn.now, values).told()

    return in_turn(Right.MANAGE, act)

"""Which of the office's services stands for which of the recording's, and who works where."""

from collections import Counter
from collections.abc import Mapping, Sequence

#: A smaller part of a counter than this is not worth dividing a group for.
SLIVER = 0.25


def choose_counters(wanted: int, served: Mapping[int, Sequence[str]]) -> list[int]:
    """Choose `wanted` counters by number, such that together they serve the most services.

    Each time the counter that adds most services not yet served is taken, of several the lowest.
    """
    left = {number: set(codes) for number, codes in served.items() if codes}
    chosen: list[int] = []
    covered: set[str] = set()
    while left and len(chosen) < wanted:
        number = min(left, key=lambda each: (-len(left[each] - covered), each))
        covered |= left.pop(number)
        chosen.append(number)
    return sorted(chosen)


def shares(
    groups: Counter[str], services: Sequence[str], served: Mapping[int, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """Divide the recording's groups over the office's services in proportion to its counters.

    `served` tells what each working counter serves; a counter gives every service it serves an
    equal part of itself. Groups are taken from the busiest down (names decide between equals), and
    each goes to the service with the most room left, and to further ones while a good part of a
    counter's worth of visitors is left over. Returns the part of each group that goes to each
    service.
    """
    room = dict.fromkeys(services, 0.0)
    for codes in served.values():
        here = [code for code in codes if code in room]
        for code in here:
            room[code] += 1 / len(here)
    room = {code: part for code, part in room.items() if part}
    if not room:
        return {}
    order = list(room)
    need_of_one = sum(room.values()) / max(groups.total(), 1)
    divided: dict[str, dict[str, float]] = {}
    for group in sorted(groups, key=lambda each: (-groups[each], each)):
        need = left = groups[group] * need_of_one
        parts: dict[str, float] = {}
        while left > 0:
            free = [each for each in order if each not in parts]
            if not free:
                break
            code = max(free, key=lambda each: (room[each], -order.index(each)))
            part = left if left - room[code] < SLIVER or room[code] <= 0 else room[code]
            parts[code] = part
            room[code] -= part
            left -= part
        if left > 0:
            parts[next(iter(parts))] += left
        divided[group] = {code: part / need for code, part in parts.items()}
    return divided


class Dealer:
    """Deals the visitors of each group to its services, always to the one furthest behind."""

    def __init__(self, divided: Mapping[str, Mapping[str, float]]) -> None:
        self._divided = divided
        self._dealt: dict[str, Counter[str]] = {group: Counter() for group in divided}

    def service_for(self, group: str) -> str:
        """Return the service of the group's next visitor."""
        parts, dealt = self._divided[group], self._dealt[group]
        total = dealt.total() + 1
        code = max(parts, key=lambda each: parts[each] * total - dealt[each])
        dealt[code] += 1
        return code

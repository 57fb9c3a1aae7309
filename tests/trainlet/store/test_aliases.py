from __future__ import annotations

from threading import Thread

import pytest

from trainlet.errors import NotFoundError, ValidationError
from trainlet.store import Aliases, Store


@pytest.fixture
def aliases(store: Store) -> Aliases:
    return store.models.aliases


def test_the_last_pointing_holds_and_the_others_are_cleared_away(
    aliases: Aliases, store: Store
) -> None:
    for version in (3, 1, 2):
        aliases.point("circles", "best", version)
    aliases.point("circles", "a-b", 7)
    assert aliases.version("circles", "best") == 2
    assert aliases.of("circles") == {"a-b": 7, "best": 2}
    assert sorted(store.blobs.names("aliases/circles")) == ["a-b.1", "best.3"]


def test_an_alias_can_point_nowhere(aliases: Aliases) -> None:
    aliases.point("circles", "best", 3)
    aliases.point("circles", "best", None)
    assert aliases.of("circles") == {}
    with pytest.raises(NotFoundError, match="no alias 'best'"):
        aliases.version("circles", "best")
    aliases.point("circles", "best", 4)
    assert aliases.version("circles", "best") == 4


@pytest.mark.parametrize("word", ["", "1", "3best", "Best", "a.b", "a/b", "..", "a" * 64, "best\n"])
def test_words_that_cannot_be_an_alias(aliases: Aliases, word: str) -> None:
    with pytest.raises(ValidationError) as raised:
        aliases.point("circles", word, 1)
    assert raised.value.errors[0].pointer == "#/alias"


def test_of_many_who_point_at_once_one_holds(aliases: Aliases, store: Store) -> None:
    def point(version: int) -> None:
        for _ in range(5):
            aliases.point("circles", "best", version)

    threads = [Thread(target=point, args=(version,)) for version in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert aliases.version("circles", "best") in range(1, 7)
    aliases.point("circles", "best", 7)
    assert aliases.version("circles", "best") == 7
    assert len(store.blobs.names("aliases/circles")) == 1

"""What of a lane may be sent: written-out walks of numbers and times."""

from edge.uplink.window import ASK_AGAIN_S, BATCH, FIRST, WIDEST, Fetch, Window


def _window() -> Window:
    return Window(lambda attempt: 10.0 * 2**attempt)


def _send(window: Window, have: int, now_s: float = 0.0) -> list[int]:
    """Send all that the window lets out of a store that holds 1 to `have`."""
    out: list[int] = []
    while (fetch := window.next()) is not None:
        last = have if fetch.last is None else min(have, fetch.last)
        numbers = list(range(fetch.after + 1, min(last, fetch.after + fetch.limit) + 1))
        window.sent(fetch, numbers, now_s)
        out += numbers
        if not numbers:
            break
    return out


def test_at_first_it_lets_a_few_out_and_widens_with_every_receipt_up_to_its_limit() -> None:
    window, committed, widths = _window(), 0, []
    for _ in range(8):
        sent = _send(window, 10_000)
        widths.append(len(sent))
        committed += len(sent)
        window.receipted(committed, [], 1.0)
    assert widths == [FIRST, 32, 64, 128, WIDEST, WIDEST, WIDEST, WIDEST]


def test_no_more_than_a_batch_goes_at_once() -> None:
    assert _window().next() == Fetch(0, BATCH)


def test_it_shuts_without_receipts() -> None:
    window = _window()
    _send(window, 10_000)
    assert window.next() is None
    assert window.unreceipted == FIRST


def test_a_receipt_that_does_not_come_sends_one_record_again_later_and_later() -> None:
    window = _window()
    assert _send(window, 5) == [1, 2, 3, 4, 5]
    assert not window.tick(9.9)
    assert window.tick(10.0)
    assert _send(window, 5, 10.0) == [1]
    assert window.due_s == 30.0
    assert not window.tick(29.9)
    assert window.tick(30.0)
    assert _send(window, 5, 30.0) == [1]
    assert window.due_s == 70.0


def test_after_a_late_receipt_it_goes_on_where_the_cloud_stands() -> None:
    window = _window()
    _send(window, 5)
    window.tick(10.0)
    _send(window, 5, 10.0)
    window.receipted(4, [], 11.0)
    assert _send(window, 5, 11.0) == [5]
    assert window.due_s == 21.0
    window.receipted(5, [], 12.0)
    assert window.due_s is None


def test_progress_makes_patience_new() -> None:
    window = _window()
    _send(window, 5)
    window.receipted(2, [], 9.0)
    assert window.due_s == 19.0


def test_a_receipt_without_progress_changes_nothing() -> None:
    window = _window()
    _send(window, 5)
    window.receipted(0, [], 9.0)
    assert window.due_s == 10.0
    assert window.unreceipted == 5


def test_a_new_connection_sends_everything_without_a_receipt_again() -> None:
    window = _window()
    _send(window, 5)
    window.receipted(2, [], 1.0)
    window.connected()
    assert _send(window, 5, 2.0) == [3, 4, 5]


def test_what_is_missing_goes_again_at_once_and_before_the_rest() -> None:
    window = _window()
    _send(window, 8)
    window.receipted(2, [(3, 4), (6, 6)], 1.0)
    assert window.next() == Fetch(2, 2, 4)
    assert _send(window, 9, 1.0) == [3, 4, 6, 9]


def test_what_was_asked_for_a_moment_ago_is_not_sent_twice() -> None:
    window = _window()
    _send(window, 8)
    for _ in range(100):
        window.receipted(2, [(3, 4)], 1.0)
    assert _send(window, 8, 1.0) == [3, 4]
    window.receipted(2, [(3, 4)], 1.0 + ASK_AGAIN_S - 0.1)
    assert _send(window, 8, 3.0) == []
    window.receipted(2, [(3, 4)], 1.0 + ASK_AGAIN_S)
    assert _send(window, 8, 3.0) == [3, 4]


def test_no_more_missing_records_are_remembered_than_the_limit() -> None:
    window = _window()
    window.sent(Fetch(0, 1), [100_000], 0.0)
    window.receipted(1, [(1, 90_000)], 1.0)
    assert len(window._missing) == WIDEST


def test_what_was_never_sent_is_not_sent_again() -> None:
    window = _window()
    _send(window, 3)
    window.receipted(1, [(2, 50)], 1.0)
    assert _send(window, 3, 1.0) == [2, 3]


def test_missing_records_that_are_gone_from_the_store_do_not_hold_it_up() -> None:
    window = _window()
    _send(window, 8)
    window.receipted(2, [(3, 4)], 1.0)
    fetch = window.next()
    assert fetch is not None
    window.sent(fetch, [], 1.0)
    assert _send(window, 9, 1.0) == [9]


def test_a_lane_whose_old_records_were_dropped_is_sent_from_what_is_left() -> None:
    window = _window()
    window.sent(Fetch(0, 16), list(range(1000, 1016)), 0.0)
    assert window.next() is None
    window.receipted(1015, [], 1.0)
    assert window.next() == Fetch(1015, BATCH)

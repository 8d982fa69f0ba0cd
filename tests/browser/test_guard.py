"""The guard of these tests sees what it is there for."""


def test_a_request_a_dialog_and_an_error_are_wrong(opened, wrong, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<img src='https://example.org/x.png'><script>alert(1); new WebSocket('ws://example.org/'); open('about:blank'); throw Error('oh')</script>"
    )
    opened(bad.as_uri(), console=False).wait_for_timeout(200)
    assert sorted(wrong) == [
        "dialog: 1",
        "error: oh",
        "request: https://example.org/x.png",
        "socket: ws://example.org/",
    ]
    wrong.clear()


def test_the_console_counts_unless_it_is_said_not_to(opened, wrong, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text("<script>console.error('oh')</script>")
    opened(bad.as_uri(), console=False)
    assert wrong == []
    opened(bad.as_uri())
    assert wrong == ["console: oh"]
    wrong.clear()

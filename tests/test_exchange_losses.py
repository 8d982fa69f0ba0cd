from analysis.exchange.losses import Loss, in_words, some


def test_a_loss_counts_names_and_says_why():
    loss = Loss("silence", tuple(f"s{i}" for i in range(14)), "no word for it")
    assert str(loss) == "14 × silence: no word for it (s0, s1, s2, s3 and 10 more)"
    assert some("silence", [], "no word for it") == []


def test_a_report_names_every_one_in_lines_of_its_own():
    report = in_words("What was lost", [Loss("text", ("a\n# b", "c\x1b[31m"), "why")])
    assert report.splitlines()[0] == "# What was lost" and "- **2 × text**: why" in report
    assert "      a # b\n      c [31m\n" in report and "\x1b" not in report


def test_nothing_that_a_file_says_reaches_the_terminal_as_a_command():
    assert "\x1b" not in str(Loss("\x1b]0;", ("\x1b[2J", "\u202e"), "\r")) and "\u202e" not in str(
        Loss("", ("\u202e",), "")
    )


def test_a_report_without_losses_says_so():
    assert "Nothing was lost." in in_words("What was lost", [])

from debates import debates
from hypothesis import given, settings

from analysis.debate import check_debate, load_debate
from analysis.exchange import folders


def written(files, folder):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_the_files_of_a_debate_are_that_debate(shipped, tmp_path):
    assert load_debate(written(folders.files(shipped), tmp_path)).digest == shipped.digest


@settings(max_examples=60, deadline=None)
@given(debates())
def test_the_files_of_any_debate_are_that_debate(tmp_path_factory, debate):
    read = check_debate(written(folders.files(debate), tmp_path_factory.mktemp("debate"))).debate
    assert (read.codebook, read.sources, read.codings) == (debate.codebook, debate.sources, debate.codings)


def test_ids_are_made_once_for_each_thing():
    ids = folders.Ids()
    assert [ids.of("The cat!"), ids.of("the cat"), ids.of("The cat!"), ids.of("¿?"), ids.of("ok")] == [
        "the-cat",
        "the-cat-2",
        "the-cat",
        "x",
        "ok",
    ]
    assert [ids.of("same", "1"), ids.of("same", "2")] == ["same", "same-2"]
    assert [loss.which for loss in folders.renamed("cat", ids)] == [
        ("'The cat!' is the-cat", "'the cat' is the-cat-2", "'¿?' is x", "'same' is same-2")
    ]


def test_an_id_is_cut_between_two_words():
    label = "Elected legislatures protect rights at least as well as courts do"
    assert folders.slug(label) == "elected-legislatures-protect-rights-at-least-as-well-as"
    assert folders.slug(label[:55]) == "elected-legislatures-protect-rights-at-least-as-well-as"
    assert folders.slug("a" * 60 + " b") == "a" * 60 and folders.slug("a" * 70) == "a" * 60
    assert folders.slug(f"{'a' * 30} {'b' * 40}") == "a" * 30


def test_a_short_title_is_whole_or_says_that_it_is_not():
    assert folders.shortened("On jam,\n and bread") == "On jam, and bread"
    long = "How did the Russian Revolution become a dictatorship?"
    assert folders.shortened(long) == "How did the Russian Revolution become …"
    assert folders.codebook(long, [folders.question([])], "Argdown").short_title == folders.shortened(long)
    assert [len(folders.shortened("a" * n)) for n in (40, 41, 90)] == [40, 40, 40]

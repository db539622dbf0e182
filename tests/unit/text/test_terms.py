from backend.text.terms import content_terms, figures, inverse_frequencies, recall, terms


def test_forms_of_a_word_meet() -> None:
    for forms in (("stopped", "stops", "stopping"), ("Résumé", "resume"), ("policies", "policy"), ("moved", "moving")):
        assert len({terms(form) for form in forms}) == 1, forms


def test_stop_words_do_not_count_unless_there_is_nothing_else() -> None:
    assert content_terms("What is the budget?") == {"budget"}
    assert content_terms("Who is it?") == {"who", "is", "it"}


def test_scripts_without_spaces_give_pairs() -> None:
    assert terms("東京都") == ("東京", "京都")


def test_rare_words_weigh_more_in_recall() -> None:
    weights = inverse_frequencies(["budget alpha", "budget beta", "budget gamma"])
    wanted = content_terms("budget beta")
    assert recall(wanted, frozenset({"beta"}), weights) > recall(wanted, frozenset({"budget"}), weights)
    assert recall(wanted, wanted, weights) == 1


def test_figures_are_compared_without_thousands_separators() -> None:
    assert figures("1,500 of 20.5%") == {"1500": "1,500", "20.5": "20.5"}
    assert figures("1500").keys() <= figures("1,500").keys()

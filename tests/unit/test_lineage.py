from synthesis.themes.lineage import keep_ids


def ideas(*numbers: int) -> frozenset[str]:
    return frozenset(f"I{n}" for n in numbers)


def test_a_theme_keeps_the_id_of_the_one_it_shares_most_ideas_with():
    previous = {"T01": ideas(1, 2, 3, 4), "T02": ideas(5, 6, 7)}
    assert keep_ids([ideas(5, 6, 7, 20, 21), ideas(1, 2, 3)], previous) == ["T02", "T01"]


def test_a_new_theme_gets_the_next_free_number_and_never_a_retired_one():
    assert keep_ids([ideas(30, 31)], {"T02": ideas(1, 2)}, retired=["T07"]) == ["T08"]


def test_new_ideas_do_not_cost_a_theme_its_id():
    assert keep_ids([ideas(1, 2, *range(100, 200))], {"T05": ideas(1, 2)}) == ["T05"]


def test_of_two_halves_the_larger_keeps_the_id():
    assert keep_ids([ideas(1, 2), ideas(3, 4, 5)], {"T01": ideas(1, 2, 3, 4, 5)}) == ["T02", "T01"]

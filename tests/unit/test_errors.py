from synthesis import errors
from synthesis.errors import InputError, Place, RuleError, RunError, SynthesisError


def test_a_message_names_place_expectation_and_next_step():
    error = InputError(
        "The date is no date.", place=Place(file="a.csv", row=7, column="Date"), expected="2026-01-31", do="Correct it."
    )
    text = str(error)
    assert text.splitlines()[0] == "The date is no date."
    assert "file a.csv, row 7, column Date" in text
    assert "2026-01-31" in text
    assert "Correct it." in text


def test_exit_codes_follow_the_tree():
    codes = {InputError: 2, RuleError: 3, RunError: 4}
    for name, cls in vars(errors).items():
        if isinstance(cls, type) and issubclass(cls, SynthesisError) and cls is not SynthesisError:
            root = next(base for base in codes if issubclass(cls, base))
            assert cls.exit_code == codes[root], name
            assert name in (errors.__doc__ or ""), f"{name} is not drawn in the tree"

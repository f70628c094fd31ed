"""Privacy: find personal data, mask it, and replace identities by pseudonyms."""

from synthesis.privacy.find import Finder, Finding
from synthesis.privacy.indirect import indirect_of, school_words, schools_in
from synthesis.privacy.mask import Masked, mask, pseudonym

__all__ = ["Finder", "Finding", "Masked", "indirect_of", "mask", "pseudonym", "school_words", "schools_in"]

"""Privacy: find personal data, mask it, and replace identities by pseudonyms."""

from synthesis.privacy.find import Finder, Finding
from synthesis.privacy.mask import Masked, mask, pseudonym

__all__ = ["Finder", "Finding", "Masked", "mask", "pseudonym"]

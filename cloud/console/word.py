"""One thing to say, in Chinese and in English."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """What a reader wants to see."""

    BOTH = "both"
    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Word:
    """One thing to say, in both languages. `{name}` stands for what is filled in."""

    zh: str
    en: str

    @classmethod
    def same(cls, text: str) -> "Word":
        """What is written alike in both: a number, a name."""
        return cls(text, text)

    def fill(self, **values: object) -> "Word":
        """Put values into both."""
        return Word(self.zh.format(**values), self.en.format(**values))

    def plain(self, language: Language = Language.BOTH) -> str:
        """As text without markup, for titles and labels."""
        match language:
            case Language.ZH:
                return self.zh
            case Language.EN:
                return self.en
            case Language.BOTH:
                return self.zh if self.zh == self.en else f"{self.zh} {self.en}"

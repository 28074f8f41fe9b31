"""Who a respondent is, as far as the form asks: sex, age band, education, occupation."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.skm.elements import Words


@dataclass(frozen=True)
class Trait:
    """One thing that is asked of a respondent, and what can be answered, in the form's order."""

    key: str
    name: Words
    values: Mapping[str, Words]

    def numbered(self, typed: str) -> str | None:
        """Return the value that stands at the place `typed` (from 1) on the form, if any does."""
        places = dict(enumerate(self.values, start=1))
        return places.get(int(typed)) if typed.isdecimal() and len(typed) == 1 else None


SEX = Trait(
    "sex",
    Words("Jenis kelamin", "Sex"),
    {"male": Words("Laki-laki", "Male"), "female": Words("Perempuan", "Female")},
)
AGE = Trait(
    "age",
    Words("Usia", "Age"),
    {
        "under_20": Words("Di bawah 20 tahun", "Under 20"),
        "20_29": Words("20–29 tahun", "20–29"),
        "30_39": Words("30–39 tahun", "30–39"),
        "40_49": Words("40–49 tahun", "40–49"),
        "50_59": Words("50–59 tahun", "50–59"),
        "from_60": Words("60 tahun ke atas", "60 and over"),
    },
)
EDUCATION = Trait(
    "education",
    Words("Pendidikan terakhir", "Education"),
    {
        "sd": Words("SD", "Primary school (SD)"),
        "smp": Words("SMP", "Junior secondary (SMP)"),
        "sma": Words("SMA", "Senior secondary (SMA)"),
        "diploma": Words("Diploma", "Diploma"),
        "s1": Words("S1", "Bachelor (S1)"),
        "s2": Words("S2", "Master (S2)"),
        "s3": Words("S3", "Doctor (S3)"),
    },
)
OCCUPATION = Trait(
    "occupation",
    Words("Pekerjaan", "Occupation"),
    {
        "pns": Words("PNS", "Civil servant (PNS)"),
        "tni": Words("TNI", "Military (TNI)"),
        "polri": Words("POLRI", "Police (POLRI)"),
        "swasta": Words("Swasta", "Employee"),
        "wirausaha": Words("Wirausaha", "Own business"),
        "lainnya": Words("Lainnya", "Other"),
    },
)

TRAITS = (SEX, AGE, EDUCATION, OCCUPATION)
#: What stands where somebody left a trait open.
UNSAID = Words("Tidak diisi", "Not stated")

#: The first year of life of each age band, from which on it holds.
AGES = ((60, "from_60"), (50, "50_59"), (40, "40_49"), (30, "30_39"), (20, "20_29"))


def age_band(years: int) -> str:
    """Return the band that an age in years lies in."""
    return next((band for least, band in AGES if years >= least), "under_20")

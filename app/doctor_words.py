"""What the doctor says, in Indonesian, by the English sentence; `{}` is for what was found."""

import re
from dataclasses import replace
from functools import cache

from app.doctor import Finding

SUBJECTS = {
    "backups": "cadangan",
    "browser": "peramban",
    "clock": "jam",
    "copy": "salinan",
    "data": "data",
    "database": "basis data",
    "disk": "disk",
    "examination": "pemeriksaan",
    "launcher": "peluncur",
    "media": "media",
    "messages": "pesan",
    "office": "kantor",
    "port": "port",
    "printer": "printer",
    "redis": "redis",
    "secret key": "kunci rahasia",
    "server": "server",
    "sleep": "tidur",
    "voice": "suara",
    "watchdog": "penjaga",
}
SENTENCES = {
    # printers
    "its address makes no sense": "alamatnya tidak benar",
    "mend the setting `printer`": "perbaiki pengaturan `printer`",
    "serves another computer now": "sedang melayani komputer lain",
    "let no other computer print on it": "jangan biarkan komputer lain mencetak di sana",
    "its cover is open": "penutupnya terbuka",
    "close it": "tutuplah",
    "its driver is missing": "programnya belum ada",
    "install libusb-1.0-0, or connect it by network": (
        "pasang libusb-1.0-0, atau hubungkan lewat jaringan"
    ),
    "does not answer": "tidak menjawab",
    "switch it on; check its cable and the setting `printer`": (
        "nyalakan; periksa kabel dan pengaturan `printer`"
    ),
    "has no paper": "kertasnya habis",
    "put a new roll in": "pasang gulungan baru",
    "none is set up": "belum ada",
    "{} works, its paper runs out": "{} berfungsi, kertasnya hampir habis",
    "{} works": "{} berfungsi",
    "reports {}": "melaporkan {}",
    "restart it": "matikan lalu nyalakan lagi",
    # messages to visitors
    "the gateway of {} answers": "gerbang {} menjawab",
    "the gateway of {} does not answer": "gerbang {} tidak menjawab",
    "check its address in the setting `notify`, and this machine's internet": (
        "periksa alamatnya di pengaturan `notify`, dan internet mesin ini"
    ),
    "the gateway of {} has an address that makes no sense": "alamat gerbang {} tidak benar",
    "mend the setting `notify`": "perbaiki pengaturan `notify`",
    # the server's folder and disk
    "there is no folder {}": "tidak ada folder {}",
    "name the right one with --data; a new office begins with: antrean serve": (
        "sebutkan folder yang benar dengan --data; kantor baru dimulai dengan: antrean serve"
    ),
    "run: make office": "jalankan: make office",
    "{} cannot be written: {}": "{} tidak dapat ditulisi: {}",
    "mend its owner and mode": "perbaiki pemilik dan hak aksesnya",
    "only {} MB are left": "tersisa hanya {} MB",
    "delete old backups or add space": "hapus cadangan lama atau tambah ruang",
    "{} GB free": "{} GB tersisa",
    "others can read it": "dapat dibaca orang lain",
    "run: chmod 600 {}": "jalankan: chmod 600 {}",
    "{} files are missing in {}, first {}": "{} berkas hilang di {}, yang pertama {}",
    "restore them from a backup, or upload them anew under Settings, Media and logo": (
        "pulihkan dari cadangan, atau unggah lagi di Pengaturan, Media dan logo"
    ),
    "{} files": "{} berkas",
    "a durable write takes {} ms": "satu penulisan ke disk perlu {} ms",
    "use an SSD in place of a memory card": "pakai SSD sebagai ganti kartu memori",
    # backups and the copy
    "the daily ones are switched off": "cadangan harian dimatikan",
    "the last try failed: {}": "percobaan terakhir gagal: {}",
    "mend that, then run: antrean backup": "perbaiki, lalu jalankan: antrean backup",
    "none yet; the server makes the first within minutes": (
        "belum ada; server membuat yang pertama dalam beberapa menit"
    ),
    "the newest is {} days old": "yang terbaru berumur {} hari",
    "run: antrean backup, and see what it says": "jalankan: antrean backup, dan lihat pesannya",
    "the newest is {}": "yang terbaru {}",
    "connect its disk, and start again": "pasang disknya, lalu nyalakan ulang",
    "{} lies on the same disk": "{} berada di disk yang sama",
    "put `copy_to` on another disk": "arahkan `copy_to` ke disk lain",
    "the newest change has had none for {} s": "perubahan terbaru belum tersalin selama {} detik",
    "start the server; see {}": "nyalakan server; lihat {}",
    "{} holds every change": "{} memuat setiap perubahan",
    # the database
    "{} does not exist": "{} tidak ada",
    "{} does not answer: {}": "{} tidak menjawab: {}",
    "start the database server, or mend the setting `database`": (
        "nyalakan server basis data, atau perbaiki pengaturan `database`"
    ),
    "its shape is {}, this program needs {}": "bentuknya {}, program ini memerlukan {}",
    "run: antrean migrate (it makes a backup first)": (
        "jalankan: antrean migrate (cadangan dibuat dahulu)"
    ),
    "its shape is {}, this program knows those up to {}": (
        "bentuknya {}, program ini mengenal sampai {}"
    ),
    "install the newer version again, or restore a backup with this one": (
        "pasang kembali versi yang lebih baru, atau pulihkan cadangan dengan versi ini"
    ),
    "is damaged: {}": "rusak: {}",
    "restore the last backup": "pulihkan cadangan terakhir",
    "there is none": "belum ada",
    # clock, port, redis, voice
    "says {}": "menunjukkan {}",
    "says {} UTC, but the journal goes to {}": "menunjukkan {} UTC, tetapi jurnal sampai {}",
    "set the clock; check its battery and NTP": "setel jamnya; periksa baterai dan NTP",
    "{} UTC": "{} UTC",
    "{} at the office": "{} di kantor",
    "{} UTC, not compared with the journal": "{} UTC, tidak dibandingkan dengan jurnal",
    "{} is free": "{} bebas",
    "{}, served by Antrean now": "{}, sedang dilayani Antrean",
    "{} cannot be had: {}": "{} tidak dapat dipakai: {}",
    "stop the program that holds it, or choose another with --port": (
        "hentikan program yang memakainya, atau pilih yang lain dengan --port"
    ),
    "answers": "menjawab",
    "does not answer: {}": "tidak menjawab: {}",
    "start it, or mend the setting `redis`": "nyalakan, atau perbaiki pengaturan `redis`",
    "works": "berfungsi",
    "cannot speak ({}), calls are announced by the chime alone: {}": (
        "tidak dapat berbicara ({}), panggilan hanya ditandai lonceng: {}"
    ),
    "reinstall the package espeakng-loader, and on Linux libstdc++6": (
        "pasang ulang paket espeakng-loader, dan di Linux libstdc++6"
    ),
    "spoken calls cannot be kept in {}, each is made anew: {}": (
        "panggilan suara tidak dapat disimpan di {}, masing-masing dibuat lagi: {}"
    ),
    "make room there, and let the server's user write to it": (
        "sediakan ruang di sana, dan izinkan pengguna server menulis"
    ),
    "could not be finished: {}": "tidak dapat diselesaikan: {}",
    "report this line": "laporkan baris ini",
    # kiosks
    "see docs/kiosk.md": "lihat docs/kiosk.md",
    "{} answers, version {}": "{} menjawab, versi {}",
    "check cable and address": "periksa kabel dan alamat",
    "differs from the server's by {} s": "berbeda {} detik dari jam server",
    "run: timedatectl set-ntp true": "jalankan: timedatectl set-ntp true",
    "as the server's": "sama dengan jam server",
    "Chromium is not installed": "Chromium belum terpasang",
    "run: apt install chromium": "jalankan: apt install chromium",
    "there is no {}": "tidak ada {}",
    "lacks {}": "tidak memuat {}",
    "install deploy/kiosk anew": "pasang ulang deploy/kiosk",
    "does not start by itself": "tidak menyala sendiri",
    "starts by itself": "menyala sendiri",
    "run: systemctl enable {}": "jalankan: systemctl enable {}",
    "this machine may fall asleep": "mesin ini dapat tertidur",
    "run: systemctl mask {}": "jalankan: systemctl mask {}",
    "never": "tidak pernah",
    "a machine that hangs stays so": "mesin yang macet tetap macet",
    "starts a hanging machine anew after {}": "menyalakan ulang mesin yang macet setelah {}",
}


def in_indonesian(finding: Finding) -> Finding:
    """Return a finding in Indonesian; what no sentence fits, such as a path, stays as it is."""
    return replace(
        finding,
        subject=SUBJECTS.get(finding.subject, finding.subject),
        wrong=finding.wrong and _said(finding.wrong),
        mend=finding.mend and _said(finding.mend),
        note=_said(finding.note),
    )


def _said(text: str) -> str:
    for pattern, sentence in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            return sentence.format(*found.groups())
    return text


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences, those that say most in their own words first."""
    ordered = sorted(SENTENCES.items(), key=lambda each: -len(each[0].replace("{}", "")))
    return [
        (re.compile("(.+)".join(map(re.escape, english.split("{}"))), re.DOTALL), indonesian)
        for english, indonesian in ordered
    ]

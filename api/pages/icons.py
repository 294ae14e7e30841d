"""Icons of badges: texts such as emojis, or addresses of images."""

from __future__ import annotations

MEDAL = "🏅"
_IMAGES = ("https://", "data:image/")


def is_image(icon: str) -> bool:
    """Whether an icon is the address of an image that pages may show, and not a text such as an emoji."""
    return icon.startswith(_IMAGES)


def shown_icon(icon: str) -> str:
    """The icon, or a medal where there is none that pages may show."""
    return icon if icon and (is_image(icon) or "://" not in icon) else MEDAL

"""A sheet that shows examples of every class."""

from models.scenes.catalogue import CLASSES
from models.scenes.scene import SIDE, random_scene

GAP = 3
NAME_WIDTH = 98
PAPER, INK = (255, 255, 255), (30, 30, 30)


def contact_sheet(path, examples=5, first_seed=0, columns=2, zoom=1):
    """Write a PNG with examples of every class, each row beside its class's name.

    Parameters
    ----------
    path : path
    examples : int
        How many scenes of a class.
    first_seed : int
        The first example's seed; the next ones' follow on.
    columns : int
        How many classes stand side by side.
    zoom : int
        How many times larger than drawn.
    """
    from PIL import Image, ImageDraw, ImageFont

    side = SIDE * zoom
    wide, rows = NAME_WIDTH + examples * (side + GAP) + GAP, -(-len(CLASSES) // columns)
    sheet = Image.new("RGB", (columns * wide, rows * (side + GAP) + GAP), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for index, name in enumerate(CLASSES):
        left, top = index // rows * wide, index % rows * (side + GAP) + GAP
        draw.text((left + NAME_WIDTH - 6, top + side // 2), name, fill=INK, font=font, anchor="rm")
        for example in range(examples):
            picture = Image.fromarray(random_scene(name, first_seed + example).draw())
            picture = picture.resize((side, side), Image.Resampling.LANCZOS)
            sheet.paste(picture, (left + NAME_WIDTH + example * (side + GAP), top))
    # 32 tones of each channel are plenty for small drawings, and make the file half as large
    sheet.point(_coarse_tones() * 3).save(path, optimize=True)


def _coarse_tones():
    """For every tone from 0 to 255 the middle of its step of eight; white stays white."""
    return [255 if tone >= 248 else tone // 8 * 8 + 4 for tone in range(256)]

"""Conductance maps of chosen filters on chosen photos, kept on disk and not computed again."""

from minigrad.attribution import ClassScore, conductance_maps
from minigrad.functions.winograd import keep_kernels

from ...inception.reading import ImageError
from ...output.progress import Progress
from ..running.store import Store


def maps_of(study, wanted):
    """The photos as the network sees them, and maps of some filters for each one's class (Eq. 2).

    Parameters
    ----------
    study : models.study.command.Study
        Maps are kept in the folder ``maps`` of its folder, one file a photo, each written as it
        comes.
    wanted : dict of Photo to list of (layer, filter)

    Returns
    -------
    pixels : dict of str to numpy.ndarray, uint8, shape (H, W, 3)
        By the photo's key; photos that cannot be read are not in it.
    maps : dict of (key, layer, filter) to numpy.ndarray, shape (H, W)
        Summed over colours. The sum of a map is the filter's conductance.
    """
    model, pixels, maps = study.model, {}, {}
    store = Store(study.folder / "maps", study.settings)
    points = {photo.key: arrays["points"] for photo, arrays, _ in study.records}
    with keep_kernels(), Progress(0, len(wanted), unit="photo") as progress:
        for number, (photo, selections) in enumerate(wanted.items(), 1):
            try:
                x = model.preprocess(photo.path)
            except ImageError:
                continue
            kept = store.load(photo)[0] if store.has(photo) else {}
            missing = [one for one in selections if name(photo, *one) not in kept]
            if missing:
                F, baseline = ClassScore(model, photo.label), model.baseline()
                path = {"selections": missing, "steps": points[photo.key]}
                found = conductance_maps(F, x, baseline, **path)
                for one, each in zip(missing, found):
                    kept[name(photo, *one)] = each[0].sum(axis=-1)
                store.add(photo, kept, {})
            pixels[photo.key] = model.deprocess(x)
            maps |= {(photo.key, *one): kept[name(photo, *one)] for one in selections}
            progress.update(number, f"maps of {photo.key}")
    return pixels, maps


def name(photo, layer, filter):
    """What a map is called in the photo's file; by the class, whose score is shared out, too."""
    return f"{photo.label}/{layer}/{filter}"

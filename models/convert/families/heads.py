"""What a fine-tuned Inception has of its own: its classes, under which name, and its input."""

from dataclasses import replace

from ...inception.file import MAX_CLASSES
from ...inception.labels import read_label_file
from ...inception.specifications import GOOGLENET_TORCHVISION, SPECIFICATIONS
from ..layout import ConversionError, shown


def with_classes(spec, classes, is_published):
    """The specification with a head of so many classes.

    Parameters
    ----------
    spec : Specification
        Of the published network.
    classes : int
    is_published : bool
        Whether the last layer has its published name. Caffe's way to fine-tune is to rename
        it, so another name means other classes, be there as many of them.

    Returns
    -------
    Specification
        Without labels, if the published ones are not this head's.
    """
    if is_published and classes == spec.classes:
        return spec
    return replace(spec, classes=classes, labels=None)


def with_labels(spec, path, source):
    """The specification with the classes' names from a file of the user's own.

    Parameters
    ----------
    spec : Specification
    path : str, os.PathLike or None
        None leaves the specification as it is.
    source : str
        What errors call the file of weights.

    Raises
    ------
    ConversionError, LabelError
        The head has too many classes or none, or the file does not name each.
    """
    if not 1 <= spec.classes <= MAX_CLASSES:
        raise ConversionError(
            f"{source}: a last layer of {spec.classes} classes, expected 1 to {MAX_CLASSES}"
        )
    return spec if path is None else replace(spec, labels=read_label_file(path, spec.classes))


def with_input(spec, mean, transform_input, source):
    """The specification with the mean that was told, where a mean is all that must be told."""
    torchvision = spec.name == GOOGLENET_TORCHVISION.name
    if transform_input is not None and not torchvision:
        raise ConversionError(f"{source}: --no-transform-input is for torchvision's GoogLeNet")
    if mean is None:
        return spec
    if torchvision:
        raise ConversionError(
            f"{source}: torchvision's GoogLeNet scales its input too, so a --mean alone says "
            "nothing"
        )
    return replace(spec, mean=tuple(mean)[::-1] if spec.channels == "BGR" else tuple(mean))


def described_head(name, published, spec):
    """Lines that say which layer was taken for the head, where that is not plain."""
    if name == published:
        return []
    return [f"last layer: {shown(name)}, {spec.classes} classes (published: {shown(published)})"]


def assumed(spec, mean_told):
    """Lines that say what no file of arrays says of a network that was trained by others.

    Parameters
    ----------
    spec : Specification
    mean_told : bool

    Returns
    -------
    list of str
        Empty for the published network.
    """
    published, lines = SPECIFICATIONS[spec.name], []
    if spec.labels is None:
        lines.append(
            f"{spec.classes} classes without names, called “class 0” and so on; "
            "--labels FILE names them, one a line, here or in explain"
        )
    elif spec.labels != published.labels:
        lines.append(
            f"{spec.classes} classes, from {shown(spec.labels[0])} to {shown(spec.labels[-1])}"
        )
    is_assumed = not mean_told and spec.mean == published.mean and spec.fit == "squash"
    if spec.labels != published.labels and is_assumed:
        red, green, blue = spec.mean if spec.channels == "RGB" else spec.mean[::-1]
        lines.append(
            f"it subtracts {red:g}, {green:g}, {blue:g} from red, green, blue, as the published "
            "network does; if it was trained otherwise, give --mean R G B"
        )
    return lines


def ends_without_head(fitting, width, family):
    """What is wrong where no layer, or more than one, could be the head: a half sentence."""
    if fitting:
        names = " and ".join(shown(name) for name in fitting[:3])
        return f"{family}, but {names} could each be its last layer; leave one of them in the file"
    return (
        f"{family}, but without its last layer, the classifier (classes, {width}): there is no "
        "score to explain; some ports leave it out, and it is often cut off before fine-tuning"
    )

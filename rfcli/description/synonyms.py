"""What people and other tools call what has another word here, for helps: a wrong guess sends its reader astray."""

from __future__ import annotations

import re

from rfcli.diagnostics import MAX_WORD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rfcli.description.nodes import Plain

_DIMENSIONS = re.compile(r"[123]d")
_TAIL = re.compile(r"(?:layer|op|module)$")

_MEANT = {
    "conv_transpose": (
        "deconv", "deconvolution", "upconv", "upconvolution", "transposeconv", "transposedconv", "convtranspose",
        "transposedconvolution", "transposeconvolution", "convolutiontranspose", "convolutiontransposed", "tconv",
        "convt", "fractionallystridedconv",
    ),
    "conv": ("convolution", "convolutional", "cnn"),
    "depthwise_conv": ("dwconv", "depthwise", "depthwiseconvolution", "dw"),
    "separable_conv": ("sepconv", "separable", "separableconvolution", "depthwiseseparableconv", "dsconv"),
    "linear": ("dense", "fc", "fullyconnected", "innerproduct", "gemm", "mlp"),
    "batch_norm": ("bn", "batchnorm", "batchnormalization", "syncbatchnorm", "frozenbatchnorm"),
    "layer_norm": ("ln", "layernormalization"),
    "instance_norm": ("instancenormalization",),
    "group_norm": ("gn", "groupnormalization"),
    "squeeze_excite": ("se", "seblock", "squeezeexcitation", "squeezeandexcite", "squeezeandexcitation", "semodule"),
    "global_avg_pool": ("gap", "globalpool", "globalaveragepool", "globalaveragepooling", "globalavgpooling",
                        "globalpooling"),
    "global_max_pool": ("gmp", "globalmaxpooling"),
    "max_pool": ("maxpooling",),
    "avg_pool": ("averagepool", "averagepooling", "avgpooling", "meanpool"),
    "adaptive_avg_pool": ("adaptiveaveragepool", "adaptivepool"),
    "max_unpool": ("unpool", "unpooling", "maxunpooling"),
    "upsample": ("interpolate", "upsampling", "upscale", "bilinear", "upsamplingbilinear", "upsamplingnearest"),
    "pixel_shuffle": ("subpixel", "subpixelconv"),
    "pad": ("zeropad", "zeropadding", "padding", "reflectionpad", "replicationpad", "constantpad"),
    "crop": ("cropping", "centercrop"),
    "attention": ("mhsa", "mha", "selfattention", "multiheadattention", "multiheadselfattention", "transformer"),
    "window_attention": ("swin", "shiftedwindowattention", "windowedattention"),
    "lrn": ("localresponsenorm", "localresponsenormalization"),
    "concat": ("cat", "concatenate", "concatenation", "route"),
    "add": ("sum", "plus", "shortcut", "eltwise", "elementwiseadd"),
    "multiply": ("mul", "times", "prod", "gate"),
    "residual": ("resblock", "residualblock", "skip", "skipconnection", "basicblock", "bottleneck"),
    "branches": ("parallel", "split", "fork"),
    "sequence": ("sequential",),
    "correlation": ("crosscorrelation", "xcorr"),
    "cost_volume": ("costvolume", "correlationvolume"),
    "hard_swish": ("hswish", "hardswish"),
    "hard_sigmoid": ("hsigmoid", "hardsigmoid"),
    "identity": ("noop", "reshape", "permute", "transpose", "view", "squeeze", "unsqueeze"),
}  # fmt: skip
_SAID = {
    "max_pool, avg_pool, lp_pool or global_avg_pool": ("pool", "pooling", "subsampling"),
    "relu, gelu, silu, sigmoid, tanh or another by its name": ("activation", "act", "nonlinearity"),
    "batch_norm, layer_norm, instance_norm or group_norm": ("norm", "normalization", "normalisation"),
    "channel_shuffle, or pixel_shuffle": ("shuffle",),
    "block: NAME, for an entry of blocks": ("block", "module", "unit"),
}

_WORDS = {
    **{word: f"did you mean '{name}'?" for name, words in _MEANT.items() for word in words},
    **{word: f"did you mean {said}?" for said, words in _SAID.items() for word in words},
}


def meant(word: str, known: Iterable[str]) -> str:
    """A help for a word that is none of the `known` layer types: what it is called here; "" where that is not known.
    Of `nn.Conv2d` or `keras.layers.Conv2D` the last part counts."""
    plain = re.sub(r"[^a-z0-9]", "", word[:MAX_WORD].rpartition(".")[2].lower())
    stem = _TAIL.sub("", plain)
    joined = {name.replace("_", ""): name for name in known}
    for text in (plain, _DIMENSIONS.sub("", plain), stem, _DIMENSIONS.sub("", stem)):
        if text in joined:
            return f"did you mean '{joined[text]}'?"
        if text in _WORDS:
            return _WORDS[text]
    return ""


def type_meant(word: str, known: Iterable[str]) -> str | None:
    """The layer type that a word stands for, one of the `known`; None where there is none, or several are."""
    types = list(known)
    found = re.fullmatch(r"did you mean '(\w+)'\?", meant(word, types))
    return word if word in types else found[1] if found is not None and found[1] in types else None


_KEYS = {
    "kernel": ("ksize", "kernelsize", "kernelshape", "filtersize", "poolsize", "window", "windowsize", "size", "k"),
    "stride": ("strides", "s", "step", "subsample"),
    "dilation": ("dilationrate", "dilations", "rate", "atrous", "atrousrate", "d", "holes"),
    "padding": ("pad", "pads", "paddings", "p", "border"),
    "filters": (
        "numfilters",
        "nfilters",
        "outplanes",
        "planes",
        "width",
        "outchannels",
        "outputchannels",
        "numoutput",
        "nout",
        "channels",
        "channelsout",
        "outc",
        "nchannels",
        "numchannels",
        "outfeatures",
        "features",
        "units",
    ),
    "units": (
        "hidden",
        "hiddensize",
        "outfeatures",
        "features",
        "hiddenunits",
        "numoutput",
        "outchannels",
        "filters",
        "nout",
        "outputdim",
        "outputsize",
    ),
    "groups": ("group", "numgroups", "ngroups", "cardinality", "g"),
    "bias": ("usebias", "biasterm", "withbias", "center"),
    "depth_multiplier": ("multiplier", "depthmultiplier", "channelmultiplier"),
    "output_size": ("outputshape", "targetsize", "outsize"),
    "layers": ("body", "children", "modules", "items", "stages"),
    "branches": ("paths", "heads"),
    "merge": ("op", "operation", "mode", "join"),
    "ceil_mode": ("ceil", "ceilmode", "roundmode"),
    "coordinates": ("aligncorners", "coordinatetransformationmode"),
    "mode": ("interpolation", "method"),
    "cropping": ("crop", "crops", "offset"),
    "scale": ("scalefactor", "factor", "upscalefactor", "downscalefactor", "blocksize"),
    "inputs": ("input", "from", "src", "bottom", "source", "sources"),
    "repeat": ("times", "number", "n", "copies"),
}


_LEFT_OUT = {
    "leave it out: the input channels follow from the layer before": (
        "inchannels", "infeatures", "inplanes", "numfeatures", "normalizedshape", "inputchannels", "channelsin", "inc",
        "inputdim", "inputshape", "indim", "embeddim", "hiddensizein",
    ),
    "leave it out: it changes no field, size or cost": (
        "inplace", "eps", "epsilon", "momentum", "negativeslope", "alpha", "p", "rate", "dropoutratio",
        "trackrunningstats", "kernelinitializer", "biasinitializer", "kernelregularizer", "biasregularizer",
        "activityregularizer",
        "kernelconstraint", "biasconstraint", "weightfiller", "biasfiller", "dtype", "device", "dataformat",
        "trainable", "seed", "countincludepad", "returnindices", "approximate", "lrmult", "decaymult", "initializer",
        "regularizer",
    ),
    "an activation is a layer of its own, behind this one: {type: relu}": ("activation", "act", "nonlinearity", "relu"),
    "a normalisation is a layer of its own, behind this one: {type: batch_norm}": (
        "norm", "normalization", "batchnorm", "bn", "usebn", "normlayer",
    ),
    "a dropout is a layer of its own: {type: dropout}": ("dropout", "droprate"),
}  # fmt: skip
"""What to do about keys that have no word here."""


def key_meant(word: str, known: Iterable[str]) -> str | None:
    """The key that a word stands for, one of the `known`; None where there is none."""
    keys, plain = list(known), re.sub(r"[^a-z0-9]", "", word[:MAX_WORD].lower())
    if word in keys:
        return word
    return next((name for name, words in _KEYS.items() if plain in words and name in keys), None)


def meant_key(word: str, known: Iterable[str]) -> str:
    """A help for a key that is none of the `known` ones: what it is called here, or of a layer's what to do about it;
    "" where that is not known."""
    known = list(known)
    name = key_meant(word, known)
    if name is not None:
        return f"did you mean '{name}'?"
    if "type" not in known:
        return ""
    plain = re.sub(r"[^a-z0-9]", "", word[:MAX_WORD].lower())
    return next((help for help, words in _LEFT_OUT.items() if plain in words), "")


def item_meant(name: str, value: Plain, keys_of: Mapping[str, Iterable[str]]) -> str:
    """What `{conv: {kernel: 3}}` would be with a `type`, in words of ours as far as they are known; "" where the name
    is no layer type's. `keys_of` are the keys of each type."""
    type = type_meant(name, keys_of)
    if type is None:
        return ""
    keys, given = list(keys_of[type]), {"type": type}
    if isinstance(value, dict):
        named = {key: one for key, one in value.items() if not isinstance(one, dict | list) or _is_short(one)}
        given |= {found: _said(one) for key, one in named.items() if (found := key_meant(key, keys)) is not None}
    elif isinstance(value, list) and "layers" in keys:
        given["layers"] = "[...]"
    elif value is not None:
        first = next((key for key in ("kernel", "units", "scale", "block") if key in keys), None)
        given |= {first: _said(value)} if first is not None else {}
    return f"write {{{', '.join(f'{key}: {one}' for key, one in given.items())}}}"


def _is_short(value: Plain) -> bool:
    return isinstance(value, list) and len(value) <= 3 and all(isinstance(one, int) for one in value)


def _said(value: Plain) -> str:
    """A value as YAML has it."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)[:40]


_VALUES = {
    "padding": {"valid": "valid", "same": "same", "same_upper": "same", "same_lower": "same_lower", "causal": "causal"},
    "mask": {"a": "strictly_causal", "b": "causal", "strictly_causal": "strictly_causal", "causal": "causal"},
}
"""Values by key, in small letters: those of Keras and ONNX, and the two masks of PixelCNN."""
_TIMES = re.compile(r"[1-9][0-9]{0,8}( ?[xX*] ?[1-9][0-9]{0,8})+")
_HERTZ = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?([kM]?)[Hh][Zz]")


def meant_value(text: str, key: str) -> str:
    """A help for a text that is no value of a key: what to write here; "" where that is not known."""
    meant = _VALUES.get(key, {}).get(text.lower())
    if meant is not None and meant != text:
        return f"write {meant}"
    if _TIMES.fullmatch(text):
        return f"write [{', '.join(re.split(' ?[xX*] ?', text))}], a number for each axis"
    hertz = _HERTZ.fullmatch(text)
    if hertz is None:
        return ""
    times = {"": 1, "k": 1000, "M": 1_000_000}[hertz[2]]
    return f"write {float(hertz[1]) * times:.12g}, the samples in a second"

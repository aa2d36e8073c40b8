"""What people and other tools call what has another word here, for helps: a wrong guess sends its reader astray."""

from __future__ import annotations

import re

from rfcli.diagnostics import MAX_WORD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

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
    """A help for a word that is none of the `known` layer types: what it is called here; "" where that is not known."""
    plain = re.sub(r"[^a-z0-9]", "", word[:MAX_WORD].lower())
    stem = _TAIL.sub("", plain)
    joined = {name.replace("_", ""): name for name in known}
    for text in (plain, _DIMENSIONS.sub("", plain), stem, _DIMENSIONS.sub("", stem)):
        if text in joined:
            return f"did you mean '{joined[text]}'?"
        if text in _WORDS:
            return _WORDS[text]
    return ""


_KEYS = {
    "kernel": ("ksize", "kernelsize", "kernelshape", "filtersize", "poolsize", "window", "size", "k"),
    "stride": ("strides", "s", "step", "subsample"),
    "dilation": ("dilationrate", "dilations", "rate", "atrous", "atrousrate", "d"),
    "padding": ("pad", "pads", "paddings", "p", "border"),
    "filters": ("numfilters", "nfilters", "outplanes", "planes", "width"),
    "units": ("hidden", "hiddensize", "outfeatures", "features", "hiddenunits"),
    "scale": ("scalefactor", "factor", "upscalefactor", "downscalefactor", "blocksize"),
    "inputs": ("input", "from", "src", "bottom", "source", "sources"),
    "repeat": ("times", "number", "n", "copies"),
}


def meant_key(word: str, known: Iterable[str]) -> str:
    """A help for a key that is none of the `known` ones: what it is called here; "" where that is not known."""
    plain = re.sub(r"[^a-z0-9]", "", word[:MAX_WORD].lower())
    name = next((name for name, words in _KEYS.items() if plain in words), None)
    return f"did you mean '{name}'?" if name is not None and name in list(known) else ""


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

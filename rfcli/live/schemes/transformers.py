"""`transformers:config.json`: the model of a configuration of Transformers, with random weights."""

from __future__ import annotations

import json
import os
from importlib import import_module

from rfcli.diagnostics import did_you_mean
from rfcli.live.examples import Examples, Shape
from rfcli.live.named import Named
from rfcli.live.running import offline, told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfcli.description.architecture import Architecture
    from rfcli.pipeline import Loading

NEEDS = ("torch", "transformers")
TAKES = "it takes a configuration, transformers:config.json, or transformers:config.json:BertModel for a class of it"
TOKENS, SAMPLES, FRAMES = 128, 16_000, 3_000
"""Lengths of inputs of which a configuration does not state one."""
FETCHING = ("auto_map", "custom_pipelines", "quantization_config", "_attn_implementation", "attn_implementation",
            "_attn_implementation_internal", "_experts_implementation", "experts_implementation",
            "use_kernels", "_name_or_path", "name_or_path")  # fmt: skip
"""Keys that name code or weights elsewhere: they are left out, wherever they stand."""
WEIGHTS = ("use_pretrained_backbone",)


def parsed(source: str) -> Named:
    """The source in parts. Raises `CallError`."""
    scheme, _, rest = source.partition(":")
    file, colon, what = rest.rpartition(":")
    if not colon or os.path.exists(rest):
        file, what = rest, ""
    named = Named(source, scheme, file, what)
    if not file or "\0" in source or not (what.isidentifier() or (not what and not colon) or os.path.exists(rest)):
        raise named.error(TAKES)
    return named


def architecture(named: Named, example: object, part: str | None, loading: Loading) -> Architecture:
    """The architecture of the model of a configuration; it is called with what that says where no example is given.
    Raises `CallError` and `DescriptionError`."""
    given = _read(named, loading.limits.bytes)
    with offline():
        from rfcli.live.tracing import traced

        module = _model(named, given)
        remarks: tuple[str, ...] = ()
        if example is None:
            example = _example(module)
            if example is not None:
                remarks = (f"called with {example}, by its configuration",)
        named = named.replaced(what=type(module).__name__)
        return traced(named, module, example, part, loading, remarks)


def _read(named: Named, most: int) -> dict[str, object]:
    """What a configuration says, without what names code or weights elsewhere. Raises `CallError`."""
    file = os.path.join(named.where, "config.json") if os.path.isdir(named.where) else named.where
    try:
        with open(file, "rb") as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise named.error(f"{file} is larger than {most} bytes")
        found = json.loads(data)
    except OSError as error:
        raise named.error(f"{file} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise named.error(f"{file} is no JSON: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("model_type"), str):
        raise named.error(f"{file} has no 'model_type': it is no configuration of Transformers")
    cleaned = _harmless(found, 0)
    assert isinstance(cleaned, dict), "as it was"
    return cleaned


def _harmless(value: object, depth: int) -> object:
    if isinstance(value, dict) and depth < 32:
        kept = {key: _harmless(one, depth + 1) for key, one in value.items() if key not in FETCHING}
        return {**kept, **{key: False for key in WEIGHTS if key in kept}}
    return [_harmless(one, depth + 1) for one in value] if isinstance(value, list) and depth < 32 else value


def _model(named: Named, given: dict[str, object]) -> object:
    """The model of a configuration, of the class that the source or the configuration names. Raises `CallError`."""
    transformers = import_module("transformers")
    given = dict(given)
    kind, architectures = given.pop("model_type"), given.get("architectures")
    with told(named, "the configuration is not read"):
        if kind not in transformers.CONFIG_MAPPING:
            near = did_you_mean(str(kind), list(transformers.CONFIG_MAPPING), "")
            more = f" ({near})" if near else ""
            raise named.error(f"transformers {transformers.__version__} has no model_type '{kind}'{more}")
        config = transformers.AutoConfig.for_model(kind, **given)
        config.use_cache = False
    wanted = named.what or (architectures[0] if isinstance(architectures, list) and architectures else "")
    cls = getattr(transformers, wanted, None) if isinstance(wanted, str) and wanted.isidentifier() else None
    base = transformers.PreTrainedModel
    if named.what and not (isinstance(cls, type) and issubclass(cls, base)):
        raise named.error(f"transformers {transformers.__version__} has no model class '{wanted}'")
    with told(named, "it cannot be made"):
        if isinstance(cls, type) and issubclass(cls, base) and _takes(cls, config):
            found: object = getattr(cls, "_from_config")(config, attn_implementation="eager")  # noqa: B009
            return found
        return transformers.AutoModel.from_config(config, attn_implementation="eager", trust_remote_code=False)


def _takes(cls: type, config: object) -> bool:
    """Whether a class of models is made by configurations of this kind."""
    kind = getattr(cls, "config_class", None)
    return isinstance(kind, type) and isinstance(config, kind)


def _example(module: object) -> Examples | None:
    """What a model is called with by its configuration: an image, tokens, or sound; None where that is not told."""
    config = getattr(module, "config", None)
    said: Mapping[str, object] = config.to_dict() if config is not None and hasattr(config, "to_dict") else {}
    name = getattr(module, "main_input_name", "")
    if name == "pixel_values":
        vision = said.get("vision_config") if isinstance(said.get("vision_config"), dict) else said
        assert vision is not None and hasattr(vision, "get"), "one of both"
        size, channels = vision.get("image_size", 224), vision.get("num_channels", 3)
        size = [size, size] if isinstance(size, int) else size
        if not isinstance(size, list | tuple) or not all(isinstance(n, int) for n in size):
            return None
        return Examples((), {name: Shape((1, channels if isinstance(channels, int) else 3, *size))})
    if name in ("input_ids", "inputs"):
        most = said.get("max_position_embeddings")
        length = min(TOKENS, most) if isinstance(most, int) and most > 0 else TOKENS
        tokens = Shape((1, length), "int64")
        named: dict[str, object] = {name: tokens}
        text, vision = said.get("text_config"), said.get("vision_config")
        if isinstance(text, dict) and isinstance(vision, dict):
            return _both(text, vision)
        if said.get("is_encoder_decoder"):
            named["decoder_input_ids"] = tokens
        return Examples((), named)
    if name == "input_values":
        return Examples((), {name: Shape((1, *_sound(said)))})
    if name == "input_features" and isinstance(said.get("num_mel_bins"), int):
        frames = said.get("max_source_positions")
        length = 2 * frames if isinstance(frames, int) else FRAMES
        bins = said["num_mel_bins"]
        assert isinstance(bins, int), "looked at above"
        more: dict[str, object] = (
            {"decoder_input_ids": Shape((1, 1), "int64")} if said.get("is_encoder_decoder") else {}
        )
        return Examples((), {name: Shape((1, bins, length)), **more})
    return None


def _sound(said: Mapping[str, object]) -> tuple[int, ...]:
    """The shape of sound: frames of a spectrum, channels of samples for codecs, or samples alone."""
    frames, bins = said.get("max_length"), said.get("num_mel_bins")
    if isinstance(frames, int) and isinstance(bins, int):
        return frames, bins
    channels = said.get("audio_channels", 1 if "codebook_size" in said else None)
    return (channels, SAMPLES) if isinstance(channels, int) else (SAMPLES,)


def _both(text: dict[str, object], vision: dict[str, object]) -> Examples | None:
    """Tokens and an image, of a model that takes both."""
    size, most = vision.get("image_size", 224), text.get("max_position_embeddings", TOKENS)
    if not isinstance(size, int) or not isinstance(most, int):
        return None
    tokens = Shape((1, min(TOKENS, most)), "int64")
    return Examples((), {"input_ids": tokens, "pixel_values": Shape((1, 3, size, size))})

"""Configurations of Transformers; their models where Transformers is installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from witnesses.zoo import vision_models

import rfcli
from rfcli.diagnostics import CallError
from rfcli.live.named import Named
from rfcli.live.schemes.transformers import _example, _read, parsed


def test_a_path_may_hold_colons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:b").write_text("{}")
    assert parsed("transformers:a:b") == Named("transformers:a:b", "transformers", "a:b", "")
    assert parsed("transformers:c.json:BertModel").what == "BertModel"
    assert parsed("transformers:c.json").where == "c.json"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "has no 'model_type': it is no configuration"),
        ('{"model_type": 3}', "has no 'model_type'"),
        (None, "cannot be read: No such file"),
    ],
)
def test_files_that_are_none(text: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / "config.json").write_text(text)
    with pytest.raises(CallError) as error:
        _read(parsed("transformers:config.json"), 1 << 20)
    assert said in str(error.value)


def test_what_names_code_or_weights_elsewhere_is_left_out(tmp_path: Path) -> None:
    given = {
        "model_type": "detr", "auto_map": {"AutoModel": "evil.Model"}, "use_pretrained_backbone": True,
        "backbone_config": {"model_type": "resnet", "auto_map": {}, "_attn_implementation": "kernels-community/evil"},
        "d_model": 8,
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(given))
    found = _read(parsed(f"transformers:{tmp_path}"), 1 << 20)
    assert found == {
        "model_type": "detr", "use_pretrained_backbone": False, "backbone_config": {"model_type": "resnet"}, "d_model": 8
    }  # fmt: skip


class Module:
    """What of a model says what it is called with."""

    def __init__(self, name: str, said: dict[str, object]) -> None:
        self.main_input_name, self.config, self._said = name, self, said

    def to_dict(self) -> dict[str, object]:
        return self._said


@pytest.mark.parametrize(
    ("name", "said", "called"),
    [
        ("pixel_values", {"image_size": 64, "num_channels": 1}, "pixel_values=1x1x64x64"),
        ("pixel_values", {"image_size": "large"}, "None"),
        ("input_ids", {"max_position_embeddings": 40}, "input_ids=1x40:int64"),
        ("input_values", {}, "input_values=1x16000"),
        ("input_values", {"max_length": 100, "num_mel_bins": 64}, "input_values=1x100x64"),
        ("input_values", {"audio_channels": 2}, "input_values=1x2x16000"),
        ("input_values", {"codebook_size": 1024}, "input_values=1x1x16000"),
        ("waveform", {}, "None"),
    ],
)
def test_what_a_model_is_called_with(name: str, said: dict[str, object], called: str) -> None:
    assert str(_example(Module(name, said))) == called


SMALL = {"num_hidden_layers": 1, "hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64}
CONFIGURATIONS = [
    ({"model_type": "resnet"}, "ResNetModel", (427, 427)),
    ({"model_type": "mobilenet_v2"}, "MobileNetV2Model", (491, 491)),
    ({"model_type": "vit", **SMALL}, "ViTModel", None),
    ({"model_type": "vit", "architectures": ["ViTForImageClassification"], **SMALL}, "ViTForImageClassification", None),
    ({"model_type": "bert", "auto_map": {"AutoModel": "evil--code.Model"}, **SMALL}, "BertModel", None),
    ({"model_type": "wav2vec2", **SMALL}, "Wav2Vec2Model", None),
    ({"model_type": "regnet", "architectures": ["os.system"]}, "RegNetModel", None),
]  # fmt: skip


@pytest.mark.zoo
@pytest.mark.parametrize(("given", "kind", "size"), CONFIGURATIONS)
def test_models(given: dict[str, object], kind: str, size: tuple[int, ...] | None, tmp_path: Path) -> None:
    vision_models()  # which it imports
    transformers = pytest.importorskip("transformers")
    (tmp_path / "config.json").write_text(json.dumps(given))
    network = rfcli.from_code(f"transformers:{tmp_path / 'config.json'}")
    assert network.name == kind
    report = rfcli.compute(network)
    config = transformers.AutoConfig.for_model(**{key: one for key, one in given.items() if key != "auto_map"})
    module = getattr(transformers, kind)(config)
    assert report.total.params is not None
    assert report.total.params + (report.unused_params or 0) == sum(one.numel() for one in module.parameters())
    if size is not None:
        assert size in [one.receptive_field.size for one in report.layers if one.receptive_field is not None]


@pytest.mark.zoo
def test_what_cannot_be_is_told(tmp_path: Path) -> None:
    vision_models()
    pytest.importorskip("transformers")
    (tmp_path / "config.json").write_text('{"model_type": "resnett"}')
    with pytest.raises(CallError, match="has no model_type 'resnett'"):
        rfcli.from_code(f"transformers:{tmp_path}")
    (tmp_path / "config.json").write_text('{"model_type": "resnet"}')
    with pytest.raises(CallError, match="has no model class 'system'"):
        rfcli.from_code(f"transformers:{tmp_path / 'config.json'}:system")

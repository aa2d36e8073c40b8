"""Networks as they are at test time: phases, blobs, inputs, shared weights, old files."""

from __future__ import annotations

import pytest

import rfcli
from readers.caffe.caffe_files import INPUT, computed, conv, layer, linear, pool, problems, sized
from rfcli.geometry.unknown import Unknown


def test_alexnet() -> None:
    """Its parameters (Krizhevsky et al. 2012, in Caffe's order of norms and pools), the size of its last map, and what the
    fifth convolution sees."""
    text = sized(10, 3, 227, 227) + conv("conv1", "data", 96, 11, 4)
    text += layer("ReLU", "", "conv1", "conv1", "relu1") + layer(
        "LRN", "lrn_param { local_size: 5 }", "conv1", name="norm1"
    )
    text += pool("pool1", "norm1", 3, 2) + conv("conv2", "pool1", 256, 5, pad=2, more="group: 2")
    text += layer("ReLU", "", "conv2", "conv2", "relu2") + pool("pool2", "conv2", 3, 2)
    text += conv("conv3", "pool2", 384, 3, pad=1) + conv("conv4", "conv3", 384, 3, pad=1, more="group: 2")
    text += conv("conv5", "conv4", 256, 3, pad=1, more="group: 2") + pool("pool5", "conv5", 3, 2)
    text += linear("fc6", "pool5", 4096) + linear("fc7", "fc6", 4096) + linear("fc8", "fc7", 1000)
    report = computed(text)
    assert report.total.params == 60_965_224 and report.layer("pool5").output_size == (6, 6)
    assert report.layer("conv5").receptive_field.size == (163, 163)
    assert report.layer("norm1").inputs == ("relu1",), "in place: what reads conv1 reads what relu1 made of it"


def test_vgg16() -> None:
    text, last = 'input: "data" input_dim: 10 input_dim: 3 input_dim: 224 input_dim: 224\n', "data"
    for at, (filters, count) in enumerate(((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), 1):
        for one in range(1, count + 1):
            text += conv(f"conv{at}_{one}", last, filters, 3, pad=1)
            last = f"conv{at}_{one}"
        text, last = text + pool(f"pool{at}", last, 2, 2), f"pool{at}"
    report = computed(text + linear("fc6", last, 4096) + linear("fc7", "fc6", 4096) + linear("fc8", "fc7", 1000))
    assert report.total.params == 138_357_544 and report.layer("pool5").receptive_field.size == (212, 212)


def test_phases() -> None:
    """What is for training is left out; labels are no maps, losses no layers."""
    data = ('layer {{ name: "d" type: "Data" top: "data" top: "label" include {{ phase: {} }}'
            " transform_param {{ crop_size: {} }} }}\n")  # fmt: skip
    text = data.format("TRAIN", 100) + data.format("TEST", 64) + conv("c", "data", 4, 3)
    text += layer("Dropout", "include { phase: TRAIN }", "c", "c", "drop")
    text += layer("SoftmaxWithLoss", "", "c label", "loss") + layer("Accuracy", "exclude { phase: TRAIN }", "c label")
    report = computed(text)
    assert [(one.name, one.output_size) for one in report.layers] == [("c", (62, 62))]
    assert report.outputs == ("c",)


def test_data_of_other_stages_where_none_is_run() -> None:
    text = 'layer { name: "d" type: "Data" top: "data" include { phase: TEST stage: "all" } data_param { crop_size: 28 } }\n'
    assert computed(text + conv("c", "data", 4, 3)).layer("c").output_size == (26, 26)


@pytest.mark.parametrize(
    "stated",
    [
        'input: "data" input_shape { dim: 1 dim: 3 dim: 32 dim: 48 }\n',
        'input: "data" input_dim: 1 input_dim: 3 input_dim: 32 input_dim: 48\n',
        INPUT,
        'layer { type: "MemoryData" top: "data" top: "l" memory_data_param { channels: 3 height: 32 width: 48 } }\n',
        'layer { type: "DummyData" top: "data" dummy_data_param { shape { dim: 1 dim: 3 dim: 32 dim: 48 } } }\n',
        'layer { type: "DummyData" top: "data" dummy_data_param { num: 1 channels: 3 height: 32 width: 48 } }\n',
    ],
)
def test_inputs(stated: str) -> None:
    made = computed(stated + conv("c", "data", 4, 3)).layer("c")
    assert (made.output_size, made.cost.params) == ((30, 46), 112)


PYTHON = 'layer {{ name: "d" type: "{}" {} {} python_param {{ module: "voc" layer: "Data" }} }}\n'


@pytest.mark.parametrize("kind", ["Python", "DenseImageData", "VideoData"])
def test_whatever_has_no_bottom_gives_what_is_read(kind: str) -> None:
    """FCN's and SegNet's data layers; labels, which losses alone read, are no inputs."""
    text = PYTHON.format(kind, 'top: "color" top: "depth" top: "label"', "")
    text += layer("Concat", "", "color depth") + conv("c", "concat", 4, 3)
    text += layer("SoftmaxWithLoss", "", "c label", "loss") + layer("Silence", "", "label")
    network = rfcli.loads(text, "net.prototxt", settings={"channels": 3})
    assert [(one.name, one.size, one.channels) for one in network.inputs] == [
        ("color", (None, None), 3), ("depth", (None, None), 3),
    ]  # fmt: skip
    assert rfcli.compute(network).total.params == 6 * 9 * 4 + 4 and not network.remarks
    parameter = 'layer { name: "p" type: "Parameter" top: "p" }\n' + layer("Python", "", "p", name="q")
    assert problems(parameter)[-1].endswith("the network has no input")


def test_channels_of_images_are_the_call_s() -> None:
    text = 'layer { type: "Data" top: "data" top: "label" transform_param { crop_size: 28 } }\n' + conv(
        "c", "data", 4, 3
    )
    network = rfcli.loads(text, "net.prototxt")
    assert network.remarks == ("how many channels its images have is not in the file (--set channels=3)",)
    assert isinstance(rfcli.compute(network).total.params, Unknown)
    assert rfcli.compute(text_file := rfcli.loads(text, "net.prototxt", settings={"channels": 3})).total.params == 112
    assert not text_file.remarks
    with pytest.raises(rfcli.CallError, match="--set channels: it must be an integer from 1 on, is 'RGB'"):
        rfcli.loads(text, "net.prototxt", settings={"channels": "RGB"})


def test_crops_of_unknown_sizes_are_known_where_the_call_tells_them() -> None:
    """FCN: its maps are enlarged beyond the image, and cropped to it."""
    text = PYTHON.format("Python", 'top: "data"', "") + conv("c", "data", 4, 3, pad=10)
    network = rfcli.loads(
        text + layer("Crop", "crop_param { axis: 2 offset: 5 }", "c data", name="cut"), "net.prototxt"
    )
    assert "unknown sizes" in rfcli.compute(network).layer("cut").receptive_field.size[0].reason
    cut = rfcli.compute(network, input_size=(20, 30)).layer("cut")
    assert (cut.output_size, cut.receptive_field.padding) == ((20, 30), (5, 5))


def test_volumes_of_a_data_set() -> None:
    """No file says how many axes its images have: windows of three sizes do. Pools of a branch for volumes round up."""
    text = 'layer { name: "d" type: "HDF5Data" top: "data" top: "label" include { phase: TRAIN } }\n'
    text += layer("Convolution", "convolution_param { num_output: 4 kernel_size: 3 kernel_size: 3 kernel_size: 1 }")
    text += layer("PoolingND", "pooling_nd_param { pool: MAX kernel_size: 2 stride: 2 }", "convolution")
    text += layer("SoftmaxWithLoss", "", "poolingnd label", "loss")
    network = rfcli.loads(text, "net.prototxt", settings={"channels": 2})
    report = rfcli.compute(network, input_size=33)
    sizes = [(one.receptive_field.size, one.output_size, one.cost.params) for one in report.layers]
    assert sizes == [((3, 3, 1), (31, 31, 33), 2 * 4 * 9 + 4), ((4, 4, 2), (16, 16, 17), 0)]


def test_losses_may_read_what_training_alone_gives() -> None:
    text = INPUT + conv("c", "data", 4, 3)
    assert problems(text + layer("SoftmaxWithLoss", "", "c label", "loss")) == []
    assert problems(text + layer("Eltwise", "", "c label")) == ["3: no layer before makes the blob 'label'"]


def test_what_only_follows_the_size_is_no_layer_and_what_has_no_weights_counts_none() -> None:
    """SSD: boxes beside each position, and what is found by them."""
    text = (
        INPUT + conv("c", "data", 4, 3) + layer("PriorBox", "prior_box_param { min_size: 9 }", "c data", name="boxes")
    )
    text += layer("Concat", "concat_param { axis: 2 }", "boxes", name="all") + layer(
        "DetectionOutput", "", "c all", "out"
    )
    report = computed(text)
    assert [one.name for one in report.layers] == ["c", "detectionoutput"] and report.total.params == 112


def test_several_inputs_and_shared_weights() -> None:
    """A Siamese network: weights of one name are the same."""
    named = 'param { name: "w" lr_mult: 1 } param { name: "b" }'
    text = 'input: "a" input: "b" input_shape { dim: 1 dim: 1 dim: 28 dim: 28 } input_shape { dim: 1 dim: 1 dim: 28 dim: 28 }\n'
    for at in ("a", "b"):
        text += layer(
            "Convolution", f"convolution_param {{ num_output: 4 kernel_size: 5 }} {named}", at, name=f"c_{at}"
        )
    report = computed(text + layer("Concat", "", "c_a c_b"))
    assert report.total.params == 4 * 25 + 4 and report.layers[-1].receptive_fields is not None


def test_old_files_write_types_in_capitals() -> None:
    text = 'input: "data" input_dim: 1 input_dim: 3 input_dim: 32 input_dim: 48\n'
    text += 'layers { name: "c" type: CONVOLUTION bottom: "data" top: "c" blobs_lr: 1 blobs_lr: 2'
    text += " convolution_param { num_output: 4 kernel_size: 3 } }\n"
    text += (
        'layers { name: "l" type: SOFTMAX_LOSS bottom: "c" }\nlayers { name: "r" type: RELU bottom: "c" top: "c" }\n'
    )
    assert [one.type for one in computed(text).layers] == ["conv", "relu"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (INPUT + conv("c", "nowhere", 4, 3), "2: no layer before makes the blob 'nowhere'"),
        (INPUT + 'layers { layer { name: "c" type: "conv" } }', "1: it has both 'layers' and 'layer'"),
        ('layers { layer { name: "c" type: "conv" } }', "1: layers within layers: a file of Caffe's first version"),
        (conv("c", "data", 4, 3), "1: the network has no input"),
        (sized(1, 3, 4, 4, 4, 4) + conv("c", "data", 4, 3), "1: the input 'data' has 6 dimensions"),
    ],
)
def test_what_is_wrong(text: str, message: str) -> None:
    assert problems(text) == [message]


def test_what_a_missing_blob_leads_to_is_no_further_problem() -> None:
    text = INPUT + conv("c", "nowhere", 4, 3) + conv("d", "c", 4, 3) + layer("ReLU", "", "d")
    assert problems(text) == ["2: no layer before makes the blob 'nowhere'"]

"""Layers that see all positions."""

from __future__ import annotations

from readers.caffe.caffe_files import INPUT, computed, conv, layer, linear, problems


def test_features() -> None:
    report = computed(INPUT + conv("c", "data", 4, 3, stride=2) + linear("f", "c", 10) + linear("g", "f", 5))
    assert report.layer("f").cost.params == 4 * 15 * 23 * 10 + 10 and report.layer("g").cost.params == 55
    assert report.layer("g").receptive_field.globally and report.layer("g").output_size == (1, 1)


def test_features_behind_a_global_pool() -> None:
    text = INPUT + layer("Pooling", "pooling_param { pool: AVE global_pooling: true }") + linear("f", "pooling", 10)
    assert computed(text).layer("f").cost.params == 40


def test_each_position_multiplied() -> None:
    """From the last dimension on: the columns of a row are mixed."""
    report = computed(INPUT + layer("InnerProduct", "inner_product_param { num_output: 48 axis: 3 bias_term: false }"))
    assert report.layers[0].cost.params == 48 * 48


def test_reductions() -> None:
    for text in (layer("Reduction", "reduction_param { axis: 1 }"), layer("ArgMax")):
        assert computed(INPUT + text).layers[-1].receptive_field.globally
    made = computed(INPUT + conv("c", "data", 4, 3) + layer("ArgMax", "argmax_param { axis: 1 }", "c")).layer("argmax")
    assert (made.channels, made.receptive_field.size) == (1, (3, 3))


def test_what_is_wrong() -> None:
    assert problems(INPUT + layer("InnerProduct")) == ["2: 'innerproduct': it has no num_output"]

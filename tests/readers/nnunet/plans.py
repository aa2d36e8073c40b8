"""Plans as nnU-Net writes them, cut to what says something of a network."""

from typing import Any

UNET = "dynamic_network_architectures.architectures.unet."


def earlier(patch: list[int], kernels: list[list[int]], strides: list[list[int]], **more: Any) -> dict[str, Any]:
    """A configuration of the first releases."""
    stages = len(strides)
    return {
        "data_identifier": "nnUNetPlans_x", "batch_size": 2, "patch_size": patch, "spacing": [1.0] * len(patch),
        "normalization_schemes": ["CTNormalization"], "UNet_class_name": "PlainConvUNet",
        "UNet_base_num_features": 32, "unet_max_num_features": 320 if len(patch) == 3 else 512,
        "n_conv_per_stage_encoder": [2] * stages, "n_conv_per_stage_decoder": [2] * (stages - 1),
        "num_pool_per_axis": [stages - 1] * len(patch), "pool_op_kernel_sizes": strides, "conv_kernel_sizes": kernels,
        **more,
    }  # fmt: skip


def later(
    patch: list[int], kernels: list[list[int]], strides: list[list[int]], features: list[int],
    kind: str = "PlainConvUNet", **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A configuration that states its architecture."""
    axes, stages = len(patch), len(strides)
    units = "n_conv_per_stage" if kind == "PlainConvUNet" else "n_blocks_per_stage"
    arguments = {
        "n_stages": stages, "features_per_stage": features, "conv_op": f"torch.nn.modules.conv.Conv{axes}d",
        "kernel_sizes": kernels, "strides": strides, units: [2] * stages,
        "n_conv_per_stage_decoder": [1] * (stages - 1), "conv_bias": True,
        "norm_op": f"torch.nn.modules.instancenorm.InstanceNorm{axes}d",
        "norm_op_kwargs": {"eps": 1e-05, "affine": True}, "dropout_op": None, "dropout_op_kwargs": None,
        "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True}, **more,
    }  # fmt: skip
    arguments = {key: value for key, value in arguments.items() if value != "absent"}
    return {
        "patch_size": patch, "spacing": [1.0] * axes, "normalization_schemes": ["ZScoreNormalization"],
        "architecture": {"network_class_name": UNET + kind, "arch_kwargs": arguments,
                         "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]},
    }  # fmt: skip


def plans(**configurations: Any) -> dict[str, Any]:
    """`c_` stands before names that begin with a digit."""
    return {
        "dataset_name": "Dataset007_Pancreas", "plans_name": "nnUNetPlans", "transpose_forward": [0, 1, 2],
        "experiment_planner_used": "ExperimentPlanner",
        "configurations": {name.removeprefix("c_"): one for name, one in configurations.items()},
    }  # fmt: skip


def same(stages: int, axes: int, n: int = 3) -> list[list[int]]:
    return [[n] * axes for _ in range(stages)]


def halved(stages: int, axes: int) -> list[list[int]]:
    return [[1] * axes, *same(stages - 1, axes, 2)]


FULL = earlier(
    [40, 224, 224], [[1, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]],
    [[1, 1, 1], [1, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2], [1, 2, 2]], spacing=[2.5, 0.8, 0.8],
)  # fmt: skip
"""Thick slices: the first stage sees each slice by itself."""
PANCREAS = plans(
    c_2d=earlier([512, 512], same(8, 2), halved(8, 2), spacing=[0.8, 0.8]),
    c_3d_lowres=earlier([64, 128, 128], same(5, 3), halved(5, 3), next_stage="3d_cascade_fullres"),
    c_3d_fullres=FULL,
    c_3d_cascade_fullres={"inherits_from": "3d_fullres", "previous_stage": "3d_lowres"},
)
"""All that the planner makes of a data set of large volumes."""

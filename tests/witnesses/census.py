"""Totals of parameters, and regions, of published models, held against torch: `python tests/witnesses/census.py timm`.

A campaign by hand, no test: it needs timm, torchvision, monai and segmentation_models_pytorch beside torch, and an hour.
Of each model torch says how many parameters it has, and autograd which of them no output depends on. With `--regions`
the regions of four convolutions are measured by autograd, too, wherever rf gives one.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import rfcli
from witnesses.measuring import convolved, hull, prepared
from witnesses.zoo import vision_models


def words(text: str) -> list[str]:
    return text.split()


TIMM = words("""
cait_xxs24_224 cait_xxs36_224 coat_lite_tiny coat_tiny coatnet_nano_cc_224 coatnet_pico_rw_224 convit_small
convit_tiny convmixer_1024_20_ks9_p14 convmixer_768_32 convnext_atto convnext_atto_rms cpubone_nano cpubone_t0
crossvit_small_240 crossvit_tiny_240 cs3darknet_focus_s cs3darknet_s csatv2 csatv2_21m cspnext_s cspnext_tiny
davit_tiny deit_tiny_distilled_patch16_224 deit_tiny_patch16_224 densenet121 dla46_c dla46x_c dpn48b dpn68
eca_botnext26ts_256 eca_halonext26ts ecaresnet26t edgenext_x_small edgenext_xx_small efficientformer_l1
efficientformer_l3 efficientformerv2_s0 efficientformerv2_s1 efficientnet_b0 efficientvim_m1 efficientvim_m1_dist
efficientvit_b0 efficientvit_m0 efficientvit_m1 ese_vovnet19b_slim ese_vovnet19b_slim_dw eva02_tiny_patch14_224
fasternet_t0 fasternet_t1 fastvit_t12 fastvit_t8 focalnet_tiny_lrf focalnet_tiny_srf gcvit_xtiny gcvit_xxtiny
ghostnet_050 ghostnetv3_050 gmlp_ti16_224 hardcorenas_a hardcorenas_b hgnet_tiny hgnetv2_b0 hiera_small_abswin_256
hiera_tiny_224 hrnet_w18_small hrnet_w18_small_v2 iformer_s iformer_t inception_next_atto inception_next_tiny
inception_resnet_v2 inception_v3 inception_v4 lcnet_035 lcnetv2_small legacy_seresnet18 legacy_seresnext26_32x4d
legacy_xception levit_384_s8 levit_conv_384_s8 lowformer_b0 mambaout_femto mambaout_tiny mixer_s16_224 mixnet_s
mnasnet_small mobilenetv2_100 mobilenetv3_small_050 mobileone_s0 mobileone_s1 mobilevit_xxs mobilevitv2_050
mvitv2_small mvitv2_tiny nest_tiny nest_tiny_jx nextvit_small nf_regnet_b0 nf_seresnet26 pit_ti_224
pit_ti_distilled_224 poolformer_s12 poolformerv2_s12 pvt_v2_b0 rdnet_tiny regnetx_004_tv regnety_008_tv
repghostnet_050 repvgg_a0 repvit_m0_9 repvit_m1 res2net50_14w_8s res2net50_26w_4s resnest14d resnest26d resnet18d
resnet26t resnet50 resnetv2_18 resnetv2_18d rexnet_100 rexnetr_100 sam2_hiera_small sam2_hiera_tiny selecsls42
selecsls60 sequencer2d_s shvit_s1 shvit_s2 skresnet18 skresnext50_32x4d starnet_s050 starnet_s100 swiftformer_s
swiftformer_xs swin_s3_tiny_224 swin_tiny_patch4_window7_224 swinv2_cr_tiny_224 swinv2_cr_tiny_ns_224
swinv2_tiny_window16_256 swinv2_tiny_window8_256 tf_efficientnet_lite0 tiny_vit_11m_224 tiny_vit_5m_224 tinynet_e
tnt_s_legacy_patch16_224 tnt_s_patch16_224 tresnet_m twins_pcpvt_small twins_svt_small visformer_small
visformer_tiny vit_medium_patch32_clip_224 vit_relpos_small_patch16_rpn_224 vit_small_patch16_dinov3
vit_small_r26_s32_224 vit_srelpos_small_patch16_224 vit_tiny_patch16_224 vit_tiny_r_s16_p8_224 vitamin_small_224
volo_d1_224 xception41 xception41p xcit_nano_12_p16_224 xcit_nano_12_p8_224
""")

TORCHVISION = words("""
alexnet vgg11 vgg16_bn resnet18 resnet50 resnext50_32x4d wide_resnet50_2 densenet121 densenet169 googlenet inception_v3
squeezenet1_0 squeezenet1_1 mobilenet_v2 mobilenet_v3_small mobilenet_v3_large mnasnet0_5 mnasnet1_3 shufflenet_v2_x0_5
shufflenet_v2_x2_0 efficientnet_b0 efficientnet_b3 efficientnet_v2_s regnet_x_400mf regnet_y_400mf regnet_y_3_2gf
convnext_tiny swin_t swin_s swin_v2_t vit_b_16 vit_b_32 maxvit_t fcn_resnet50 deeplabv3_resnet50
deeplabv3_mobilenet_v3_large lraspp_mobilenet_v3_large r3d_18 mc3_18 r2plus1d_18 s3d mvit_v1_b mvit_v2_s swin3d_t
raft_small
""")

Made = tuple[Any, Any]
"""A module, and the shapes that it takes."""


def timm_models(names: list[str]) -> Iterator[tuple[str, Callable[[], Made]]]:
    import timm

    def make(name: str) -> Made:
        module = timm.create_model(name, pretrained=False)
        return module, (1, *module.default_cfg.get("input_size", (3, 224, 224)))

    return ((name, lambda name=name: make(name)) for name in names or TIMM)


def torchvision_models(names: list[str]) -> Iterator[tuple[str, Callable[[], Made]]]:
    models, _ = vision_models()
    frames = {"r3d_18": 8, "mc3_18": 8, "r2plus1d_18": 8, "s3d": 16, "swin3d_t": 8, "mvit_v1_b": 16, "mvit_v2_s": 16}

    def make(name: str) -> Made:
        more = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        if name.startswith(("fcn", "deeplab", "lraspp")):
            more = {"weights_backbone": None}
        module = models.get_model(name, weights=None, **more)
        if name in frames:
            return module, (1, 3, frames[name], *((224, 224) if name.startswith("mvit") or name == "s3d" else (64, 64)))
        if name.startswith("raft"):
            return module, ((1, 3, 128, 128), (1, 3, 128, 128))
        return module, (1, 3, 299, 299) if name == "inception_v3" else (1, 3, 224, 224)

    return ((name, lambda name=name: make(name)) for name in names or TORCHVISION)


def monai_models(names: list[str]) -> Iterator[tuple[str, Callable[[], Made]]]:
    from monai.networks import nets

    flat, deep = {"spatial_dims": 2}, {"spatial_dims": 3}
    one = {"in_channels": 1, "out_channels": 2}
    image, volume = (1, 1, 64, 64), (1, 1, 32, 32, 32)
    unet = {"channels": (4, 8, 16), "strides": (2, 2), "num_res_units": 1}
    table: dict[str, Callable[[], Made]] = {
        "UNet2d": lambda: (nets.UNet(**flat, **one, **unet), image),
        "UNet3d": lambda: (nets.UNet(**deep, **one, **unet), volume),
        "BasicUNet": lambda: (nets.BasicUNet(**deep, **one, features=(4, 4, 8, 8, 16, 4)), volume),
        "BasicUNetPlusPlus": lambda: (nets.BasicUNetPlusPlus(**flat, **one, features=(4, 4, 8, 8, 16, 4)), image),
        "AttentionUnet": lambda: (nets.AttentionUnet(**flat, **one, channels=(4, 8, 16), strides=(2, 2)), image),
        "DynUNet": lambda: (
            nets.DynUNet(**flat, **one, kernel_size=[3, 3, 3], strides=[1, 2, 2], upsample_kernel_size=[2, 2]), image),
        "SegResNet": lambda: (nets.SegResNet(**deep, **one, init_filters=8), volume),
        "SegResNetVAE": lambda: (nets.SegResNetVAE(input_image_size=(32, 32, 32), **deep, **one, init_filters=8), volume),
        "SegResNetDS": lambda: (nets.SegResNetDS(**deep, **one, init_filters=8), volume),
        "VNet": lambda: (nets.VNet(**deep, **one), volume),
        "HighResNet": lambda: (nets.HighResNet(**deep, **one), volume),
        "UNETR": lambda: (
            nets.UNETR(**one, img_size=(32, 32, 32), feature_size=8, hidden_size=48, mlp_dim=96, num_heads=4), volume),
        "SwinUNETR": lambda: (nets.SwinUNETR(**one, feature_size=12, spatial_dims=3), (1, 1, 64, 64, 64)),
        "DenseNet121": lambda: (nets.DenseNet121(**flat, **one), image),
        "ResNet18": lambda: (nets.resnet18(spatial_dims=3, n_input_channels=1, num_classes=2), volume),
        "SEResNet50": lambda: (nets.SEResNet50(**flat, in_channels=1, num_classes=2), image),
        "EfficientNetBN": lambda: (
            nets.EfficientNetBN("efficientnet-b0", **flat, in_channels=1, num_classes=2, pretrained=False), image),
        "ViT": lambda: (nets.ViT(in_channels=1, img_size=(64, 64), patch_size=(16, 16), hidden_size=48, mlp_dim=96,
                                 num_heads=4, spatial_dims=2), image),
        "ViTAutoEnc": lambda: (nets.ViTAutoEnc(in_channels=1, img_size=(64, 64), patch_size=(16, 16), hidden_size=48,
                                               mlp_dim=96, num_heads=4, spatial_dims=2), image),
        "AutoEncoder": lambda: (nets.AutoEncoder(**flat, **one, channels=(4, 8), strides=(2, 2)), image),
        "VarAutoEncoder": lambda: (
            nets.VarAutoEncoder(**flat, in_shape=(1, 64, 64), out_channels=1, latent_size=4, channels=(4, 8),
                                strides=(2, 2)), image),
        "Regressor": lambda: (nets.Regressor((1, 64, 64), 2, channels=(4, 8), strides=(2, 2)), image),
        "Classifier": lambda: (nets.Classifier((1, 64, 64), 2, channels=(4, 8), strides=(2, 2)), image),
        "Discriminator": lambda: (nets.Discriminator((1, 64, 64), channels=(4, 8), strides=(2, 2)), image),
        "FlexibleUNet": lambda: (nets.FlexibleUNet(**one, backbone="efficientnet-b0", spatial_dims=2), image),
        "HoVerNet": lambda: (nets.HoVerNet(in_channels=3, out_classes=2), (1, 3, 256, 256)),
        "FullyConnectedNet": lambda: (nets.FullyConnectedNet(8, 3, (6, 5)), (1, 8)),
        "AHNet": lambda: (nets.AHNet(spatial_dims=2, **one, upsample_mode="nearest"), (1, 1, 128, 128)),
        "PatchDiscriminator": lambda: (
            nets.PatchDiscriminator(spatial_dims=2, num_layers_d=3, channels=8, in_channels=1), image),
        "MedNeXtS": lambda: (nets.MedNeXtS(spatial_dims=3, **one), volume),
        "DiNTS": lambda: (nets.DiNTS(nets.TopologyInstance(spatial_dims=2, num_blocks=3, num_depths=3), 1, 2,
                                     spatial_dims=2, use_downsample=True), image),
        "Quicknat": lambda: (nets.Quicknat(num_classes=2, num_channels=1, num_filters=8), image),
        "VoxelMorph": lambda: (nets.VoxelMorph(spatial_dims=2), (image, image)),
    }  # fmt: skip
    return ((name, table[name]) for name in names or table)


def smp_models(names: list[str]) -> Iterator[tuple[str, Callable[[], Made]]]:
    import segmentation_models_pytorch as smp

    decoders = {name: getattr(smp, name) for name in (
        "Unet", "UnetPlusPlus", "MAnet", "Linknet", "FPN", "PSPNet", "PAN", "DeepLabV3", "DeepLabV3Plus", "UPerNet",
        "Segformer") if hasattr(smp, name)}  # fmt: skip
    encoders = ("resnet18", "mobilenet_v2", "efficientnet-b0", "mit_b0", "timm-regnetx_002")
    for encoder in encoders:
        for name, make in decoders.items():
            full = f"{name}/{encoder}"
            if (names and full not in names) or (encoder == "mit_b0" and name in ("Linknet", "UnetPlusPlus", "PAN")):
                continue
            if encoder == "mit_b0" and name.startswith("DeepLab"):
                continue
            yield full, lambda make=make, encoder=encoder: (make(encoder, encoder_weights=None), (1, 3, 128, 128))


FAMILIES = {"timm": timm_models, "torchvision": torchvision_models, "monai": monai_models, "smp": smp_models}


def examined(make: Callable[[], Made], regions: bool) -> tuple[str, str]:
    """What is wrong with a model's numbers, "" where nothing is, and what else is to be said."""
    import torch

    torch.manual_seed(0)
    module, shape = make()
    module.eval()
    total, unused = sum(weight.numel() for weight in module.parameters()), without_effect(module, shape)
    report = rfcli.compute(rfcli.from_torch(module, shape))
    wrong = []
    if report.total.params != total - unused:
        wrong.append(f"params {report.total.params}, torch {total} less {unused}")
    if report.unused_params != unused:
        wrong.append(f"unused {report.unused_params}, torch {unused}")
    told = f"{total} {unused}"
    if regions:
        count, differ = measured(module, shape, report)
        told += f" {count} regions"
        wrong += differ
    return "; ".join(wrong), told


def _given(shape: Any) -> tuple[Any, ...]:
    import torch

    several = isinstance(shape[0], tuple)
    return tuple(torch.rand(one) for one in (shape if several else (shape,)))


def without_effect(module: Any, shape: Any) -> int:
    """Entries of parameters that no output depends on, as autograd has it."""
    import torch

    module.zero_grad()
    flat: list[Any] = []

    def gather(value: Any) -> None:
        if isinstance(value, torch.Tensor):
            flat.append(value)
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
            gather(one)

    with torch.autograd.graph.allow_mutation_on_saved_tensors():
        gather(module(*_given(shape)))
        sum(one.float().sum() for one in flat if one.requires_grad).backward()
    return sum(weight.numel() for weight in module.parameters() if weight.grad is None)


def measured(module: Any, shape: Any, report: Any) -> tuple[int, list[str]]:
    """How many regions were measured, and those that differ."""
    import torch

    if isinstance(shape[0], tuple):
        return 0, []
    names = {one.name: one for one in report.layers}
    x = torch.full(shape, 1e-6, dtype=torch.float64, requires_grad=True)
    found = convolved(prepared(module), x)
    count, differ = 0, []
    for at in sorted({part * (len(found) - 1) // 5 for part in range(6)}):
        layer = names.get(found[at][0].replace(".", "/"))
        field = layer and layer.receptive_field
        if (
            not layer
            or not field
            or field.globally
            or any(type(n) is not int for n in (*field.size, *layer.output_size))
        ):
            continue
        for place in {tuple(part * (n - 1) // 2 for n in layer.output_size) for part in range(3)}:
            told, seen = rfcli.located(report, layer.name).at(place).clipped, hull(x, found[at][1], place)
            count += 1
            if list(told) != seen:
                differ.append(f"{layer.name} {place}: {list(told)}, torch {seen}")
    return count, differ


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--regions", action="store_true")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    right = wrong = 0
    for name, make in FAMILIES[chosen.family](chosen.names):
        start = time.monotonic()
        try:
            problem, told = examined(make, chosen.regions)
        except Exception as error:  # a model that cannot be made or traced is told, and the next one is tried
            problem, told = f"{type(error).__name__}: {str(error)[:200]}", ""
        right, wrong = right + (not problem), wrong + bool(problem)
        print(
            f"{'WRONG' if problem else 'right'} {name} {told} {problem} ({time.monotonic() - start:.0f} s)", flush=True
        )
    print(f"{chosen.family}: {right} right, {wrong} not")


if __name__ == "__main__":
    main()

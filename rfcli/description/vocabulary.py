"""The field's words: what PyTorch, Keras, ONNX, Caffe and people call the types and keys of a description.

One table, for helps, for the edits that mend a problem, for completion and for the reference. Words are compared
without capitals and signs; of `nn.Conv2d` the last part counts. A test looks each word of a tool up in that tool.
"""

from __future__ import annotations

TOOLS = ("PyTorch", "Keras", "ONNX", "Caffe", "also")
"""The columns of the tables below; the last one is what people say, and other tools."""

TYPES = {
    "conv": ("Conv1d Conv2d Conv3d LazyConv2d", "Conv1D Conv2D Conv3D", "Conv", "Convolution",
             "convolutional cnn conv_layer atrous_conv dilated_conv pointwise_conv conv1x1 conv3x3"),
    "depthwise_conv": ("", "DepthwiseConv1D DepthwiseConv2D", "", "", "depthwise dw_conv depthwise_convolution"),
    "separable_conv": ("", "SeparableConv1D SeparableConv2D", "", "",
                       "sep_conv separable depthwise_separable_conv ds_conv"),
    "conv_transpose": ("ConvTranspose1d ConvTranspose2d ConvTranspose3d",
                       "Conv1DTranspose Conv2DTranspose Conv3DTranspose", "ConvTranspose", "Deconvolution",
                       "deconv up_conv transposed_conv transpose_conv tconv convt"),
    "max_pool": ("MaxPool1d MaxPool2d MaxPool3d", "MaxPooling1D MaxPooling2D MaxPooling3D", "MaxPool", "", ""),
    "avg_pool": ("AvgPool1d AvgPool2d AvgPool3d", "AveragePooling1D AveragePooling2D AveragePooling3D",
                 "AveragePool", "", "mean_pool"),
    "lp_pool": ("LPPool1d LPPool2d LPPool3d", "", "LpPool", "", ""),
    "adaptive_avg_pool": ("AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d",
                          "AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D", "", "",
                          "adaptive_pool"),
    "adaptive_max_pool": ("AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d",
                          "AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D", "", "", ""),
    "global_avg_pool": ("", "GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D",
                        "GlobalAveragePool", "", "gap global_pool global_pooling mean reduce_mean"),
    "global_max_pool": ("", "GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D", "GlobalMaxPool", "", "gmp"),
    "max_unpool": ("MaxUnpool1d MaxUnpool2d MaxUnpool3d", "", "MaxUnpool", "", "unpool unpooling max_unpooling"),
    "linear": ("Linear LazyLinear", "Dense", "Gemm", "InnerProduct", "fc fully_connected mlp"),
    "batch_norm": ("BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm", "BatchNormalization", "BatchNormalization",
                   "BatchNorm", "bn frozen_batch_norm FrozenBatchNorm2d"),
    "layer_norm": ("LayerNorm", "LayerNormalization", "LayerNormalization", "", "ln rms_norm pixel_norm"),
    "instance_norm": ("InstanceNorm1d InstanceNorm2d InstanceNorm3d", "", "InstanceNormalization", "", "in_norm"),
    "group_norm": ("GroupNorm", "GroupNormalization", "GroupNormalization", "", "gn"),
    "lrn": ("LocalResponseNorm", "", "LRN", "LRN", "local_response_normalization"),
    "relu": ("ReLU", "ReLU", "Relu", "ReLU", ""),
    "relu6": ("ReLU6", "", "Clip", "", "clipped_relu"),
    "leaky_relu": ("LeakyReLU", "LeakyReLU", "LeakyRelu", "", "leaky lrelu"),
    "prelu": ("PReLU", "PReLU", "PRelu", "PReLU", ""),
    "elu": ("ELU", "ELU", "Elu", "ELU", ""),
    "gelu": ("GELU", "", "Gelu", "", ""),
    "silu": ("SiLU", "", "", "", ""),
    "swish": ("", "", "Swish", "", ""),
    "mish": ("Mish", "", "Mish", "", ""),
    "sigmoid": ("Sigmoid", "", "Sigmoid", "Sigmoid", "logistic"),
    "hard_sigmoid": ("Hardsigmoid", "", "HardSigmoid", "", "h_sigmoid"),
    "hard_swish": ("Hardswish", "", "HardSwish", "", "h_swish"),
    "hard_tanh": ("Hardtanh", "", "", "", ""),
    "tanh": ("Tanh", "", "Tanh", "TanH", ""),
    "softplus": ("Softplus", "", "Softplus", "", ""),
    "softmax": ("Softmax Softmax2d", "Softmax", "Softmax", "Softmax", ""),
    "log_softmax": ("LogSoftmax", "", "LogSoftmax", "", ""),
    "dropout": ("Dropout Dropout1d Dropout2d Dropout3d AlphaDropout",
                "Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D", "Dropout", "Dropout",
                "drop_path stochastic_depth drop_block StochasticDepth"),
    "identity": ("Identity squeeze unsqueeze", "Identity Rescaling GaussianNoise",
                 "Identity Squeeze Unsqueeze Cast", "", "noop"),
    "flatten": ("Flatten flatten", "Flatten", "Flatten", "Flatten", ""),
    "pad": ("ZeroPad2d ConstantPad2d ReflectionPad2d ReplicationPad2d CircularPad2d",
            "ZeroPadding1D ZeroPadding2D ZeroPadding3D", "Pad", "", "padding zero_pad"),
    "crop": ("", "Cropping1D Cropping2D Cropping3D", "", "Crop", "CenterCrop Chomp1d"),
    "upsample": ("Upsample UpsamplingNearest2d UpsamplingBilinear2d interpolate",
                 "UpSampling1D UpSampling2D UpSampling3D", "Upsample", "",
                 "upscale nearest bilinear trilinear bicubic"),
    "resize": ("", "Resizing", "Resize", "", ""),
    "pixel_shuffle": ("PixelShuffle", "", "", "", "subpixel subpixel_conv"),
    "pixel_unshuffle": ("PixelUnshuffle", "", "", "", ""),
    "depth_to_space": ("", "", "DepthToSpace", "", ""),
    "space_to_depth": ("", "", "SpaceToDepth", "", ""),
    "channel_shuffle": ("ChannelShuffle", "", "", "", ""),
    "channel_scale": ("", "", "", "Scale", "layer_scale"),
    "channel_slice": ("chunk", "", "", "", "channel_split"),
    "add": ("", "Add", "Add Sum", "", "plus shortcut elementwise_add"),
    "multiply": ("", "Multiply", "Mul", "", "times prod gate"),
    "max": ("", "Maximum", "Max", "", ""),
    "concat": ("cat", "Concatenate", "Concat", "Concat", "concatenation route"),
    "sequence": ("Sequential", "Sequential", "", "", ""),
    "residual": ("", "", "", "", "residual_block res_block skip skip_connection BasicBlock Bottleneck"),
    "branches": ("", "", "", "", "parallel fork inception aspp spp ppm pyramid_pooling spatial_pyramid_pooling"),
    "squeeze_excite": ("", "", "", "",
                       "se se_layer se_block se_module SqueezeExcitation squeeze_and_excitation squeeze_and_excite"),
    "attention": ("MultiheadAttention", "MultiHeadAttention Attention", "", "",
                  "mha mhsa self_attention multi_head_self_attention transformer non_local"),
    "window_attention": ("", "", "", "", "swin windowed_attention shifted_window_attention"),
    "correlation": ("", "", "", "", "cross_correlation xcorr"),
    "cost_volume": ("", "", "", "", "correlation_volume"),
    "lstm": ("LSTM", "LSTM", "LSTM", "", "bilstm blstm"),
    "gru": ("GRU", "GRU", "GRU", "", "bigru"),
    "rnn": ("RNN", "SimpleRNN", "RNN", "", ""),
}  # fmt: skip
"""Layer type or scope -> its words in each of `TOOLS`."""

KEYS = {
    "type": ("", "", "", "", "class_name op_type op layer kind class cls"),
    "name": ("", "", "", "", "id layer_name"),
    "kernel": ("kernel_size", "kernel_size pool_size", "kernel_shape", "kernel_size",
               "ksize filter_size window window_size size k"),
    "stride": ("stride", "strides", "strides", "stride", "s step subsample"),
    "dilation": ("dilation", "dilation_rate", "dilations", "dilation", "rate atrous atrous_rate d holes"),
    "padding": ("padding", "padding", "pads auto_pad", "pad", "paddings p border"),
    "filters": ("out_channels", "filters", "", "num_output",
                "num_filters n_filters out_planes planes width output_channels channels channels_out nout oup "
                "out_chans out_c nchannels num_channels units out_features features out"),
    "units": ("out_features", "units", "hidden_size", "num_output",
              "hidden features hidden_units output_dim output_size squeeze_channels "
              "out_channels filters nout num_classes classes out"),
    "depth": ("", "", "", "", "num_layers"),
    "heads": ("num_heads", "num_heads", "", "", "n_heads nhead"),
    "groups": ("groups num_groups", "groups", "group num_groups", "group", "ngroups cardinality g"),
    "bias": ("bias", "use_bias center", "", "bias_term", "with_bias"),
    "scale": ("scale_factor upscale_factor downscale_factor elementwise_affine affine", "scale", "scales blocksize",
              "", "factor block_size size"),
    "size": ("size", "", "sizes size", "local_size",
             "receptive_field rf rf_size field field_size receptive_field_size"),
    "depth_multiplier": ("", "depth_multiplier", "", "", "multiplier channel_multiplier"),
    "output_size": ("output_size", "output_size", "", "", "output_shape target_size out_size shape resolution"),
    "mode": ("mode", "interpolation", "mode", "", "method resample"),
    "coordinates": ("align_corners", "", "coordinate_transformation_mode", "", ""),
    "ceil_mode": ("ceil_mode", "", "ceil_mode", "", "ceil round_mode"),
    "padding_mode": ("padding_mode", "", "mode", "", "pad_mode"),
    "cropping": ("", "cropping", "", "", "crop crops chomp_size"),
    "rate": ("p", "rate", "ratio", "dropout_ratio", "drop_rate prob sample_rate sampling_rate sr fs"),
    "inputs": ("", "", "input", "bottom", "from src source sources inbound_nodes"),
    "layers": ("", "layers", "", "", "body main children modules items stages layer network model architecture"),
    "branches": ("", "", "", "", "paths heads"),
    "shortcut": ("", "", "", "", "downsample skip skip_connection projection identity_path proj"),
    "merge": ("", "", "", "", "operation join"),
    "repeat": ("", "", "", "", "times number n copies num_blocks repeats"),
    "params": ("", "", "", "", "parameters num_params n_params weights param_count"),
    "parameters": ("", "", "", "", "params args arguments variables vars constants"),
    "with": ("", "", "", "", "args arguments kwargs params parameters"),
    "input": ("", "", "", "", "input_shape input_size input_dim in_shape in_size"),
    "channels": ("in_channels", "", "", "", "channel c num_channels"),
    "outputs": ("", "", "", "top", "output out heads"),
    "blocks": ("", "", "", "", "modules units definitions defs"),
    "defaults": ("", "", "", "", "default"),
}  # fmt: skip
"""Key -> its words in each of `TOOLS`. A word stands for the first of them that its mapping may have."""

LEFT_OUT = {
    "leave it out: the input channels follow from the layer before": (
        "in_channels in_features num_features normalized_shape embed_dim num_channels", "", "", "",
        "in_planes inplanes input_size input_dim input_shape inp input_channels channels_in in_c in_dim dim channel in "
        "in_chs in_chans"),
    "leave it out: it changes no field, size or cost": (
        "inplace eps momentum negative_slope alpha dim start_dim end_dim dtype device track_running_stats "
        "count_include_pad return_indices approximate beta k min_val max_val",
        "epsilon momentum axis kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
        "activity_regularizer kernel_constraint bias_constraint data_format trainable seed dtype shared_axes stddev "
        "gamma_initializer beta_initializer noise_shape",
        "epsilon momentum alpha beta transA transB axis allowzero storage_order keepdims training_mode "
        "count_include_pad cubic_coeff_a nearest_mode bias min max perm",
        "weight_filler bias_filler lr_mult decay_mult engine axis use_global_stats eps param phase top include exclude "
        "filler bias_term",
        "initializer regularizer batch_first lambd shape new_shape target_shape dims"),
}  # fmt: skip
"""Why keys of layers that have no word here may be left out, and their words in each of `TOOLS`."""

DIVIDED = "write units: NUMBER in its place, the channels divided by it"
IN_UNITS = {
    DIVIDED: ("", "", "", "", "reduction reduction_ratio"),
    "write units: NUMBER in its place, the channels times it; EfficientNet takes those that go into the block": (
        "", "", "", "", "se_ratio rd_ratio squeeze_ratio"),
    "write units: NUMBER in its place, the channels times a ratio below 1, or divided by one above": (
        "", "", "", "", "ratio r squeeze squeeze_factor bottleneck"),
    "write units: NUMBER in its place, the hidden channels rounded to a multiple of it": (
        "", "", "", "", "divisor rd_divisor"),
}  # fmt: skip
"""What to do about keys that state by a ratio what `units` states here, and their words in each of `TOOLS`."""

BEHIND = {
    "an activation": ("relu", "", "activation", "", "", "act nonlinearity act_layer activation_fn relu"),
    "a normalisation": ("batch_norm", "norm_layer", "", "", "", "norm normalization batch_norm bn use_bn"),
    "a dropout": ("dropout", "dropout", "", "", "", "drop_rate"),
}  # fmt: skip
"""What is a layer of its own here, behind the one whose key it is elsewhere: the type, and the words of the key."""

SAID = {
    "max_pool, avg_pool, lp_pool or global_avg_pool": "pool pooling subsampling",
    "relu, gelu, silu, sigmoid, tanh or another by its name": "activation act nonlinearity",
    "batch_norm, layer_norm, instance_norm or group_norm": "norm normalization normalisation",
    "channel_shuffle, or pixel_shuffle": "shuffle",
    "add, multiply or max": "eltwise merge",
    "block: NAME, for an entry of blocks": "block module unit",
    "flatten, pixel_shuffle (which makes maps of features, of 4x4 samples with scale: 4), or nothing, where only "
    "dimensions change places": "reshape view unflatten permute transpose rearrange",
    "a conv or pool with a stride, or resize with scale: 0.5": "downsample down_sample",
    "multiply, of one channel_slice and the sigmoid of the other": "glu gated_linear_unit swiglu geglu",
    "concat, of relu and the relu of what is taken from zero": "crelu",
    "custom, with the filters that are left": "maxout",
    "depthwise_conv with the same kernel and stride, and params: 0": "blur_pool blurpool anti_alias blur",
    "max_pool with stride: 1, and a depthwise_conv with the stride and params: 0": "max_blur_pool",
    "global_avg_pool, which reads the same": "gem gem_pool generalized_mean_pool",
    "custom with unknown: the network itself says where it reads": (
        "deformable_conv deform_conv deformconv dcn dcnv2 dcnv3 grid_sample warp spatial_transformer stn roi_align "
        "roi_pool"
    ),
    "conv, as in inpainting, or channel_slice, conv and concat, as in FasterNet": "partial_conv pconv",
    "dilation: RATE, of the convolution between": "space_to_batch batch_to_space",
    "residual, with conv, depthwise_conv and conv": (
        "mbconv mb_conv fused_mbconv inverted_residual inverted_residual_block"
    ),
    "lstm, gru or rnn with bidirectional: true": "bidirectional",
    "custom: what it sees of a frame grows by one kernel with each step": (
        "conv_lstm convlstm convlstm1d convlstm2d convlstm3d conv_gru convgru"
    ),
    "space_to_depth with scale: 2, and a conv": "focus",
}
"""Words of types that may be several things, or are several layers."""

NONE = {
    "leave this layer out: it changes no field and no size": "weight_norm spectral_norm input_layer_norm silence",
    "leave this layer out: the input stands at the top, input: {size: [224, 224], channels: 3}":
        "input input_layer data placeholder image_data",
    "leave this layer out: outputs: [NAME, ...] at the top names what comes out":
        "output softmax_with_loss accuracy loss cross_entropy_loss",
}  # fmt: skip
"""Why layers of types for which nothing stands here may be left out."""

VALUES: dict[str, dict[str, str | int]] = {
    "padding": {"valid": "valid", "same": "same", "same_upper": "same", "same_lower": "same_lower", "causal": "causal",
                "half": "same", "auto": "same", "left": "causal", "samepadding": "same", "none": 0, "notset": 0},
    "padding_mode": {"constant": "zeros", "zero": "zeros", "reflection": "reflect", "edge": "replicate",
                     "nearest": "replicate", "replication": "replicate", "wrap": "circular", "mirror": "reflect",
                     "periodic": "circular"},
    "mask": {"a": "strictly_causal", "b": "causal", "strictly_causal": "strictly_causal", "causal": "causal"},
    "mode": {"nearest-exact": "nearest", "nearest_neighbor": "nearest", "nearest_neighbour": "nearest", "nn": "nearest",
             "bilinear": "bilinear", "linear": "linear", "bicubic": "bicubic"},
    "coordinates": {"true": "align_corners", "false": "half_pixel", "pytorch_half_pixel": "half_pixel",
                    "align_corner": "align_corners"},
    "merge": {"sum": "add", "plus": "add", "cat": "concat", "concatenate": "concat", "mul": "multiply",
              "prod": "multiply", "product": "multiply", "maximum": "max"},
    "ceil_mode": {"ceil": True, "floor": False, "1": True, "0": False},
}  # fmt: skip
"""Key -> values of other tools, in small letters, and what they are here."""

CALLS = {
    "conv": ("in_channels out_channels kernel_size stride padding dilation groups bias padding_mode",
             "filters kernel_size strides padding data_format dilation_rate groups activation use_bias"),
    "conv_transpose": ("in_channels out_channels kernel_size stride padding output_padding groups bias dilation",
                       "filters kernel_size strides padding"),
    "depthwise_conv": ("", "kernel_size strides padding depth_multiplier"),
    "separable_conv": ("", "filters kernel_size strides padding data_format dilation_rate depth_multiplier activation"),
    "max_pool": ("kernel_size stride padding dilation return_indices ceil_mode", "pool_size strides padding"),
    "avg_pool": ("kernel_size stride padding ceil_mode count_include_pad", "pool_size strides padding"),
    "lp_pool": ("norm_type kernel_size stride ceil_mode", ""),
    "linear": ("in_features out_features bias", "units activation use_bias"),
    "batch_norm": ("num_features eps momentum", "axis momentum epsilon"),
    "group_norm": ("num_groups num_channels", "groups axis"),
    "layer_norm": ("normalized_shape eps", "axis epsilon"),
    "instance_norm": ("num_features eps momentum", ""),
    "dropout": ("p inplace", "rate"),
    "upsample": ("size scale_factor mode align_corners", "size"),
    "adaptive_avg_pool": ("output_size", "output_size"),
    "adaptive_max_pool": ("output_size", "output_size"),
    "max_unpool": ("kernel_size stride", ""),
    "pixel_shuffle": ("upscale_factor", ""),
    "pixel_unshuffle": ("downscale_factor", ""),
    "channel_shuffle": ("groups", ""),
    "lrn": ("size alpha beta k", ""),
    "pad": ("pad", "padding"),
    "crop": ("chomp_size", "cropping"),
    "lstm": ("input_size hidden_size num_layers bias batch_first dropout bidirectional", "units"),
    "gru": ("input_size hidden_size num_layers bias batch_first dropout bidirectional", "units"),
    "rnn": ("input_size hidden_size num_layers", "units"),
    "attention": ("embed_dim num_heads", "num_heads key_dim"),
    "squeeze_excite": ("input_channels squeeze_channels", ""),
    "leaky_relu": ("negative_slope inplace", "negative_slope"),
    "prelu": ("num_parameters init", ""),
    "flatten": ("start_dim end_dim", ""), "relu": ("inplace", "max_value"), "relu6": ("inplace", ""),
    "elu": ("alpha inplace", "alpha"), "softmax": ("dim", "axis"), "log_softmax": ("dim", ""),
    "hard_tanh": ("min_val max_val", ""), "silu": ("inplace", ""), "gelu": ("approximate", ""),
    "concat": ("tensors dim", "axis"),
}  # fmt: skip
"""Layer type -> the words of what a call takes by its place, in PyTorch and in Keras."""

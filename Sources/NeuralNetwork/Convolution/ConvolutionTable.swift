// The fastest way to compute VGG19's convolutions by layer and tiles of the batch, as measured by
// `emotiond bench --tune` with 2 workers on Intel(R) Xeon(R) Processor, AVX-512; do not edit.
let convolutionTable: [ConvolutionChoice.Row] = [
  .init(
    inputs: 64, outputs: 64, tiles: 144,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 64, outputs: 64, tiles: 288,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 64, outputs: 64, tiles: 576,
    method: .winograd(.init(sharing: .tiles, tileBlock: 24, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 64, outputs: 64, tiles: 1152,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 64, outputs: 64, tiles: 2304,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 64, outputs: 128, tiles: 36,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 2, inputBlock: 32))),
  .init(
    inputs: 64, outputs: 128, tiles: 72,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 64, outputs: 128, tiles: 144,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 64, outputs: 128, tiles: 288,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 64, outputs: 128, tiles: 576,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 128, outputs: 128, tiles: 36,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
  .init(
    inputs: 128, outputs: 128, tiles: 72,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 128, outputs: 128, tiles: 144,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 128, outputs: 128, tiles: 288,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 128, outputs: 128, tiles: 576,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 128, outputs: 256, tiles: 9,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
  .init(
    inputs: 128, outputs: 256, tiles: 18,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 32))),
  .init(
    inputs: 128, outputs: 256, tiles: 36,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 2, inputBlock: 32))),
  .init(
    inputs: 128, outputs: 256, tiles: 72,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 2, inputBlock: 32))),
  .init(
    inputs: 128, outputs: 256, tiles: 144,
    method: .winograd(.init(sharing: .tiles, tileBlock: 48, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 256, outputs: 256, tiles: 9,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
  .init(
    inputs: 256, outputs: 256, tiles: 18,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 256, outputs: 256, tiles: 36,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 4, inputBlock: 32))),
  .init(
    inputs: 256, outputs: 256, tiles: 72,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 4, inputBlock: 64))),
  .init(
    inputs: 256, outputs: 256, tiles: 144,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 4, inputBlock: 64))),
  .init(
    inputs: 256, outputs: 512, tiles: 4,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
  .init(
    inputs: 256, outputs: 512, tiles: 8,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
  .init(
    inputs: 256, outputs: 512, tiles: 16,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
  .init(
    inputs: 256, outputs: 512, tiles: 32,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
  .init(
    inputs: 256, outputs: 512, tiles: 64,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
  .init(
    inputs: 512, outputs: 512, tiles: 4,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 32))),
  .init(
    inputs: 512, outputs: 512, tiles: 8,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
  .init(
    inputs: 512, outputs: 512, tiles: 16,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 512, outputs: 512, tiles: 32,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 2, inputBlock: 64))),
  .init(
    inputs: 512, outputs: 512, tiles: 64,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 4, inputBlock: 64))),
  .init(inputs: 512, outputs: 512, tiles: 1, method: .direct),
  .init(inputs: 512, outputs: 512, tiles: 2, method: .direct),
  .init(
    inputs: 512, outputs: 512, tiles: 4,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
  .init(
    inputs: 512, outputs: 512, tiles: 8,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
  .init(
    inputs: 512, outputs: 512, tiles: 16,
    method: .winograd(.init(sharing: .panels, tileBlock: 96, panelGroup: 1, inputBlock: 64))),
]

// swift-tools-version:6.2
import PackageDescription

// The rooms, each importing only what stands above it: system libraries and thin shims,
// Tensors, NeuralNetwork, Imaging, Faces, Capture, Pipeline, Publishing and History and Streaming, commands.
let package = Package(
  name: "emotiond",
  products: [
    .executable(name: "emotiond", targets: ["emotiond"]),
    .executable(name: "emotion-trainer", targets: ["emotion-trainer"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // System libraries and thin shims over them.
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(
      name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    .target(name: "CV4L2", linkerSettings: [.linkedLibrary("v4l2")]),
    .target(
      name: "COpenCV",
      cxxSettings: [.headerSearchPath("../../ThirdParty/opencv4")],
      linkerSettings: [
        .linkedLibrary("opencv_objdetect"), .linkedLibrary("opencv_imgproc"),
        .linkedLibrary("opencv_core"),
      ]),
    .target(name: "CKernels"),
    .target(name: "CSpawn"),

    // Rooms.
    .target(name: "Tensors", dependencies: ["COpenBLAS", "CKernels"]),
    .target(name: "NeuralNetwork", dependencies: ["Tensors", "CKernels"]),
    .target(name: "Imaging", dependencies: ["CTurboJPEG", "CPNG", "COpenCV", "CKernels"]),
    .target(name: "Faces", dependencies: ["NeuralNetwork", "Imaging", "COpenCV"]),
    .target(name: "Capture", dependencies: ["Imaging", "CV4L2", "CKernels", "CSpawn"]),
    .target(
      name: "Pipeline",
      dependencies: ["Faces", "Capture", .product(name: "Logging", package: "swift-log")]),
    .target(name: "Publishing", dependencies: ["Pipeline", "CMosquitto"]),
    .target(
      name: "History", dependencies: ["Pipeline", .product(name: "GRDB", package: "GRDB.swift")]),
    .target(name: "CPage"),
    .target(
      name: "Streaming",
      dependencies: [
        "Pipeline", "CPage",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),

    // The trainer's rooms.
    .target(name: "DurableFiles"),
    .target(name: "Datasets", dependencies: ["Faces", "Imaging", "Tensors", "DurableFiles", "CArchive"]),
    .target(
      name: "SupportVectors", dependencies: ["Tensors", "DurableFiles", "CKernels", "COpenCV"]),
    .target(name: "Evaluation", dependencies: ["DurableFiles", "CCairo"]),
    .target(name: "WeightExchange", dependencies: ["NeuralNetwork", "Tensors", "DurableFiles", "CHDF5"]),
    .target(
      name: "Training",
      dependencies: [
        "NeuralNetwork", "Tensors", "Imaging", "Faces", "DurableFiles", "Datasets", "SupportVectors",
        "Evaluation", "WeightExchange",
      ]),

    // Commands and configuration.
    .target(name: "ProgramVersion"),
    .executableTarget(
      name: "emotiond",
      dependencies: [
        "Streaming", "Publishing", "History", "CSystemd", "ProgramVersion",
        .product(name: "TOMLKit", package: "TOMLKit"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "emotion-trainer",
      dependencies: [
        "Training", "ProgramVersion", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(
      name: "NeuralNetworkTests", dependencies: ["NeuralNetwork", "CKernels"], exclude: ["Golden"]),
    .testTarget(
      name: "ImagingTests", dependencies: ["TestSupport", "Imaging", "Tensors"], exclude: ["Golden"]),
    .testTarget(name: "FacesTests", dependencies: ["Faces", "Capture", "Tensors"]),
    .testTarget(name: "CaptureTests", dependencies: ["TestSupport", "Capture", "Tensors"]),
    .testTarget(name: "PipelineTests", dependencies: ["Pipeline"]),
    .testTarget(name: "PublishingTests", dependencies: ["TestSupport", "Publishing"]),
    .testTarget(
      name: "HistoryTests",
      dependencies: ["TestSupport", "History", .product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(name: "StreamingTests", dependencies: ["TestSupport", "Streaming"]),
    .testTarget(
      name: "EmotiondTests",
      dependencies: ["TestSupport", "emotiond", "History", .product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(name: "DurableFilesTests", dependencies: ["TestSupport", "DurableFiles"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets"], exclude: ["Golden"]),
    .testTarget(name: "SupportVectorsTests", dependencies: ["SupportVectors"], exclude: ["Golden"]),
    .testTarget(name: "EvaluationTests", dependencies: ["TestSupport", "Evaluation"], exclude: ["Golden"]),
    .testTarget(
      name: "WeightExchangeTests", dependencies: ["TestSupport", "WeightExchange"], exclude: ["Golden"]),
    .testTarget(name: "EmotionTrainerTests", dependencies: ["TestSupport", "emotion-trainer"]),
    .testTarget(name: "TrainingTests", dependencies: ["TestSupport", "Training"], exclude: ["Golden"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17,
  cxxLanguageStandard: .cxx17
)

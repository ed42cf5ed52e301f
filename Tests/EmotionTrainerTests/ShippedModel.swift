import Foundation

/// The daemon's network.
enum ShippedModel {
  static let path = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../models/vgg19-fer2013.safetensors").standardizedFileURL.path
}

import Testing

@testable import Training

/// What makes an experiment another one than the program's of its name.
@Suite struct ExperimentChangesTests {
  @Test func theProgramsOwnAreUnchanged() {
    for experiment in Experiment.all(seed: 3) { #expect(experiment.changes.isEmpty, "\(experiment.name)") }
  }

  @Test func partsAndClassesAreNamed() {
    for experiment in Experiment.all(seed: 1).prefix(3) {
      var changed = experiment
      changed.evaluation = .official
      #expect(changed.changes.count == 1 && changed.changes[0].hasPrefix("the parts official instead of"))
      changed.labelling = .mergedSadnessNeutral
      #expect(changed.changes.count == 2 && changed.changes[1].contains("sadness or neutral"))
    }
  }

  @Test func settingsAreNamed() {
    func changes(_ change: (inout NetworkExperiment) -> Void) -> [String] {
      var network = NetworkExperiment.best(seed: 1)
      change(&network)
      return Experiment.network(network).changes
    }
    #expect(changes { $0.settings.batchSize = 8 } == ["batches of 8 instead of 64"])
    #expect(changes { $0.settings.epochs = 41 } == ["41 epochs at most instead of 40"])
    #expect(changes { $0.settings.optimizer = .adam() }.count == 1)
    #expect(changes { $0.settings.schedule = .constant(0.1) }.count == 1)
    #expect(changes { $0.settings.stages = [.init(firstEpoch: 0, side: 32)] }.count == 1)
    #expect(changes { $0.settings.distillation = Distillation(share: 0.5, teacher: "a") }.count == 1)
    #expect(changes { $0.trainingInput = .plain }.count == 1)
    #expect(changes { $0.settings.labelSmoothing = 0.3 } == ["other settings"])
    #expect(changes { $0.name = "mine" }.count == 1)
  }

  /// A run that is cut short goes the same way.
  @Test func fewerEpochsAreToldOfByThemselves() {
    var network = NetworkExperiment.mlp(seed: 1)
    #expect(network.fullEpochs == nil)
    network.settings.epochs = 7
    #expect(network.fullEpochs == 100)
    #expect(Experiment.network(network).changes.isEmpty)
  }
}

import Faces
import GRDB

/// The tables, version by version. A version that was released is never changed: what is new gets a version of its
/// own.
enum HistoryMigrations {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: observations, faces, cameras") { database in
      try database.execute(sql: "PRAGMA application_id = \(HistoryFile.applicationIdentifier)")
      try database.execute(sql: firstVersion)
    }
    return migrator
  }

  private static let scores = Emotion.allCases.map { "\($0.name) REAL NOT NULL" }.joined(separator: ",\n  ")

  private static let firstVersion = """
    CREATE TABLE camera (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
    );
    -- One analysed frame. Times are milliseconds since 1970 (UTC).
    CREATE TABLE observation (
      id INTEGER PRIMARY KEY,
      camera_id INTEGER NOT NULL REFERENCES camera(id),
      time INTEGER NOT NULL,
      frame INTEGER NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL
    );
    CREATE INDEX observation_by_time ON observation(time);
    -- One face of it, in pixels of the frame.
    CREATE TABLE face (
      observation_id INTEGER NOT NULL REFERENCES observation(id) ON DELETE CASCADE,
      face INTEGER NOT NULL,
      x INTEGER NOT NULL,
      y INTEGER NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      emotion TEXT NOT NULL,
      confidence REAL NOT NULL,
      uncertain INTEGER NOT NULL,
      \(scores),
      PRIMARY KEY (observation_id, face)
    ) WITHOUT ROWID;
    -- How the camera fared from then on.
    CREATE TABLE camera_event (
      id INTEGER PRIMARY KEY,
      camera_id INTEGER NOT NULL REFERENCES camera(id),
      time INTEGER NOT NULL,
      state TEXT NOT NULL,
      reason TEXT,
      device TEXT NOT NULL,
      description TEXT
    );
    CREATE INDEX camera_event_by_time ON camera_event(time);
    """
}

//go:build linux

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

// recording is what a program really did.
type recording struct {
	Version  string    `json:"version"` // of the first package
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	ExitCode int       `json:"exitCode"` // 128+n of a signal, as container runtimes report it
	Signal   int       `json:"signal"`
	// OOMKilled is what the cgroup counted, not what the exit code suggests.
	OOMKilled bool   `json:"oomKilled"`
	Lines     []line `json:"lines"`
	Running   bool   `json:"running"` // it did not end in time: no failure
}

// line is what a program printed, and when.
type line struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// keptLines are the last lines of a log that are kept.
const keptLines = 200

func (o options) recordingFile(id string) string {
	return filepath.Join(o.work, "recordings", id+".json")
}

func readRecording(file string) (recording, error) {
	var r recording
	text, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

func writeJSON(file string, v any) error {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

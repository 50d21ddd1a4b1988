package cluster

import "time"

// SetWall makes the watch go by another wall clock.
func (w *Watch) SetWall(wall func() time.Time) { w.clock.wall = wall }

package cluster

import "time"

// SetWall makes the watch go by another wall clock.
func (w *Watch) SetWall(wall func() time.Time) { w.clock.wall = wall }

// SetPageBudget sets the most bytes of an answer.
func (c *Cluster) SetPageBudget(bytes int64) { c.server.page = bytes }

package cluster_test

import (
	"os"
	"testing"

	"github.com/thrashkit/thrashkit/test/leak"
)

// TestMain fails if goroutines are left when all tests have ended.
func TestMain(m *testing.M) { os.Exit(leak.Main(m)) }

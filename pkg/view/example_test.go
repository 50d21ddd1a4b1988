package view_test

import (
	"fmt"
	"os"
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

func ExampleTable() {
	s := view.Style{Width: 60}
	table := view.NewTable(
		view.Column{Head: "name", Shrink: 20},
		view.Column{Head: "ready", Right: true},
		view.Column{Head: "node", Drop: 1},
		view.Column{Head: "age"},
	)
	web := table.Row(s.Bold("Deployment/web"), "1/2", "", wording.Age(4*time.Hour))
	web.Note("waits for web-7d4f8b6c9d-abcde")
	web.Row("web-7d4f8b6c9d-abcde", "0/1", "node-with-a-long-name-1", wording.Age(5*time.Minute))
	web.Row("web-5c9bd47f6b-x2x7p", "1/1", "node-with-a-long-name-2", wording.Age(4*time.Hour))
	if err := table.Write(os.Stdout, s); err != nil {
		fmt.Println(err)
	}
	// Output:
	// NAME                      READY   AGE
	// Deployment/web              1/2   4h
	// │  waits for web-7d4f8b6c9d-abcde
	// ├─ web-7d4f8b6c9d-abcde     0/1   5m
	// └─ web-5c9bd47f6b-x2x7p     1/1   4h
}

func ExamplePrinter() {
	type workload struct {
		Name  string `json:"name"`
		Phase string `json:"phase"`
	}
	report := view.NewReport("RolloutMap", &snapshot.Snapshot{}, []workload{{"web", "Stalled"}, {"api", "Complete"}})
	p, err := view.NewPrinter("custom-columns=NAME:.name,PHASE:.phase")
	if err == nil {
		err = p.Print(os.Stdout, report)
	}
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// NAME   PHASE
	// web    Stalled
	// api    Complete
}

func ExampleClean() {
	fmt.Println(view.Clean("\x1b[31mpanic\x1b[0m: no such host \"db\u200b\""))
	// Output: panic: no such host "db�"
}

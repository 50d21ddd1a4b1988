package provenance_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// The owner of an item is found without a look at all items: 20,000 conditions
// took minutes when each was compared with each.
func TestItemsOfALongList(t *testing.T) {
	const count = 20_000
	owned := map[string]any{}
	list := make([]any, count)
	for i := range count {
		owned[fmt.Sprintf(`k:{"type":"t%d"}`, i)] = map[string]any{".": map[string]any{}, "f:type": map[string]any{}}
		list[i] = map[string]any{"type": fmt.Sprintf("t%d", i)}
	}
	h := provenance.Read(map[string]any{
		"metadata": map[string]any{"managedFields": []any{map[string]any{
			"manager": "m", "operation": "Update", "fieldsType": "FieldsV1",
			"fieldsV1": map[string]any{"f:status": map[string]any{"f:conditions": owned}},
		}}},
	})
	started := time.Now()
	conditions := h.Root().Key("status").Key("conditions")
	for i, item := range list {
		if managers := conditions.Item(i, item).Key("type").Managers(); len(managers) != 1 {
			t.Fatalf("managers of item %d: %v", i, managers)
		}
	}
	if managers := conditions.Item(count, map[string]any{"type": "other"}).Managers(); len(managers) != 0 {
		t.Errorf("managers of an item that nobody owns: %v", managers)
	}
	if took := time.Since(started); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

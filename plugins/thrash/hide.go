package thrash

import (
	"github.com/thrashkit/thrashkit/pkg/redact"
)

// hide removes the credentials from everything that p prints. The snapshot is
// replaced by one whose gaps have none either.
func (p *result) hide() {
	p.snapshot = redact.Gaps(p.snapshot)
	p.hidden = redact.In(&p.found.items)
}

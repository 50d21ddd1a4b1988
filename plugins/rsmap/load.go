package rsmap

import (
	"context"
	"errors"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/gather"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// controllers are the kinds that a bare NAME may stand for, in the order in
// which they are looked up.
var controllers = slices.DeleteFunc(slices.Clone(snapshot.Kinds), func(k *snapshot.Kind) bool { return k.Role < snapshot.Controller })

// load reads what the targets need. Files are read whole: what is asked for is
// chosen afterwards. It returns the forest of what was read.
func (o *options) load(ctx context.Context, s *snapshot.Snapshot) (*owners.Forest, error) {
	if !o.named() || len(o.flags.Filenames) > 0 {
		return o.loadAll(ctx, s)
	}
	return o.loadNamed(ctx, s)
}

// loadAll reads a namespace, or all of them, in one list of each kind.
func (o *options) loadAll(ctx context.Context, s *snapshot.Snapshot) (*owners.Forest, error) {
	load := o.loadLists
	if len(o.flags.Filenames) > 0 {
		load = o.loadFiles
	}
	if err := load(ctx, s); err != nil {
		return nil, err
	}
	forest, err := gather.Load(o.source.Load).Owners(ctx, s)
	if err != nil {
		return nil, err
	}
	return o.customOwners(ctx, s, forest)
}

// loadLists reads the lists of a cluster. Deployments must be readable: without them the
// answer would be an empty list, which looks as if nothing were deployed.
func (o *options) loadLists(ctx context.Context, s *snapshot.Snapshot) error {
	reads := o.lists()
	reads[0].Required = true // the Deployments
	reads = append(reads, o.revisionHistory(), o.budgets())
	return o.source.Load(ctx, s, snapshot.Query{Reads: reads})
}

// loadFiles reads what the files hold of the namespace.
func (o *options) loadFiles(ctx context.Context, s *snapshot.Snapshot) error {
	if err := o.loadWorkloads(ctx, s); err != nil {
		return err
	}
	if err := o.source.Load(ctx, s, snapshot.Query{Reads: o.besideWorkloads(s)}); err != nil {
		return err
	}
	return o.loadQuietly(ctx, s, o.inFiles())
}

// besideWorkloads returns the reads of what the workloads of files refer to, and of their revisions.
func (o *options) besideWorkloads(s *snapshot.Snapshot) []snapshot.Read {
	reads := o.configs(s)
	if len(s.StatefulSets)+len(s.DaemonSets) > 0 { // else a file without them lacks nothing
		reads = append(reads, o.revisionHistory())
	}
	return reads
}

// loadWorkloads reads the workloads of files. Files that hold objects of custom kinds and nothing
// else that was asked for are about these, so that all of them are read then.
func (o *options) loadWorkloads(ctx context.Context, s *snapshot.Snapshot) error {
	reads := slices.Concat(o.lists(), o.customTargets(), o.customControllers())
	err := o.source.Load(ctx, s, snapshot.Query{Reads: reads})
	nothing, ok := errors.AsType[*snapshot.NothingError](err)
	if !ok || len(o.targets) > 0 || len(nothing.Custom) == 0 {
		return err
	}
	for _, resource := range nothing.Custom {
		reads = append(reads, o.ifHeld(resource))
	}
	return o.source.Load(ctx, s, snapshot.Query{Reads: reads})
}

// lists returns the lists that every view of a namespace needs, Deployments first.
func (o *options) lists() []snapshot.Read {
	reads := []snapshot.Read{
		o.listOf("deployments", "Deployments are not shown"),
		o.listOf("replicasets", "revisions of Deployments are not known"),
		o.listOf("pods", "pods are not listed, and what blocks a rollout is not known"),
	}
	for _, k := range snapshot.Controllers() {
		if !slices.ContainsFunc(reads, func(r snapshot.Read) bool { return r.Resource == k.Resource() }) {
			reads = append(reads, o.listOf(k.Resource(), k.Kind+"s are not shown"))
		}
	}
	return append(reads,
		snapshot.Read{Resource: "rollouts.argoproj.io", Namespace: o.namespace, Optional: true, Impact: "Argo Rollouts are not shown"},
		o.warnings(), o.scalers(),
	)
}

// revisionHistory returns the list in which StatefulSets and DaemonSets keep their templates.
func (o *options) revisionHistory() snapshot.Read {
	return o.listOf("controllerrevisions", "revisions of StatefulSets and DaemonSets are not known")
}

// listOf returns the read of one list of the namespace.
func (o *options) listOf(resource, impact string) snapshot.Read {
	return snapshot.Read{Resource: resource, Namespace: o.namespace, Impact: impact}
}

// ifHeld returns the read of a list that few files hold: without it nothing is missed.
func (o *options) ifHeld(resource string) snapshot.Read {
	return snapshot.Read{Resource: resource, Namespace: o.namespace, Optional: true}
}

// inFiles returns the reads of what explains a rollout and is in few files.
func (o *options) inFiles() snapshot.Query {
	q := snapshot.Query{Reads: []snapshot.Read{o.budgets()}}
	for _, resource := range []string{"nodes", "persistentvolumeclaims", "events", "analysisruns.argoproj.io", "experiments.argoproj.io"} {
		q.Reads = append(q.Reads, o.ifHeld(resource))
	}
	return q
}

// customControllers returns the reads of the controllers that only some clusters
// have and loadAll does not read: if files hold them, they are listed. In a
// cluster they are found through what they own.
func (o *options) customControllers() []snapshot.Read {
	var reads []snapshot.Read
	for _, k := range controllers {
		if custom := strings.Contains(k.Resource(), "."); custom && k.Kind != "Rollout" {
			reads = append(reads, o.ifHeld(k.Resource()))
		}
	}
	return reads
}

// customTargets returns the reads of the custom types that were asked for. Files
// that hold nothing else are files that the report is about.
func (o *options) customTargets() []snapshot.Read {
	var reads []snapshot.Read
	for _, t := range o.targets {
		if t.Type != "" && snapshot.KindNamed(t.Type) == nil {
			reads = append(reads, snapshot.Read{Resource: t.Type, Namespace: o.namespace, Impact: t.Type + " are not shown"})
		}
	}
	return reads
}

const (
	// fewOwners is how many owners of one kind in a namespace are read by name; more
	// are read as one list, and mostOwners of it.
	fewOwners  = 3
	mostOwners = 500
)

// customOwners reads the owners of kinds that need discovery, and returns the
// forest with them. No cluster has to have them: what they want is then left unknown.
func (o *options) customOwners(ctx context.Context, s *snapshot.Snapshot, forest *owners.Forest) (*owners.Forest, error) {
	q := customReads(forest)
	if q.Empty() {
		return forest, nil
	}
	if err := o.source.Load(ctx, s, q); err != nil {
		return nil, err
	}
	return owners.Build(s), nil
}

// customReads returns the reads of the owners of custom kinds that were not read.
func customReads(forest *owners.Forest) snapshot.Query {
	names, order := missingOwners(forest)
	var q snapshot.Query
	for _, list := range order {
		q.Reads = append(q.Reads, ownerReads(list, names[list])...)
	}
	return q
}

// ownerReads returns the reads of the owners of one kind: a few by name, more of them as one list.
func ownerReads(list snapshot.Read, names []string) []snapshot.Read {
	if len(names) > fewOwners {
		return []snapshot.Read{list}
	}
	reads := make([]snapshot.Read, 0, len(names))
	for _, name := range names {
		one := list
		one.Name = name
		one.Limit = 0 // of a list
		reads = append(reads, one)
	}
	return reads
}

// missingOwners returns the names of owners of custom kinds that were not read, by the list
// that holds them, and these lists in the order of the forest.
func missingOwners(forest *owners.Forest) (names map[snapshot.Read][]string, order []snapshot.Read) {
	names = map[snapshot.Read][]string{}
	for _, n := range forest.Roots {
		group, _, grouped := strings.Cut(n.Ref.APIVersion, "/")
		// Known kinds were read already, and "v1", without a group, is no custom kind.
		if n.Object != nil || n.Ref.KnownKind() != nil || !grouped {
			continue
		}
		list := listOfKind(n.Ref, group)
		if names[list] == nil {
			order = append(order, list)
		}
		names[list] = append(names[list], n.Ref.Name)
	}
	return names, order
}

// listOfKind returns the read of the list of a namespace that holds an owner of a custom kind:
// "kafkas.kafka.strimzi.io" for the Kafka of kafka.strimzi.io.
func listOfKind(owner owners.Ref, group string) snapshot.Read {
	return snapshot.Read{
		Resource: snapshot.Plural(owner.Kind) + "." + group, Namespace: owner.Namespace,
		Limit: mostOwners, Optional: true, Impact: "its desired state is not known",
	}
}

// loadQuietly reads optional evidence. It drops the gaps of files: most files
// lack this evidence, and a warning about each would distract.
func (o *options) loadQuietly(ctx context.Context, s *snapshot.Snapshot, q snapshot.Query) error {
	known := len(s.Gaps)
	err := o.source.Load(ctx, s, q)
	if len(o.flags.Filenames) > 0 {
		s.Gaps = s.Gaps[:known]
	}
	return err
}

// loadNamed reads single workloads: the objects, the owners of a pod or ReplicaSet that was named, then what
// belongs to those. A large namespace costs no more than a small one.
func (o *options) loadNamed(ctx context.Context, s *snapshot.Snapshot) (*owners.Forest, error) {
	if slices.ContainsFunc(o.targets, func(t cli.Target) bool { return t.Name == "" }) { // a whole kind beside a name
		return o.loadAll(ctx, s)
	}
	if err := o.loadTargets(ctx, s); err != nil {
		return nil, err
	}
	load := gather.Load(o.source.Load)
	forest, err := load.Owners(ctx, s)
	if err != nil {
		return nil, err
	}
	if _, err := o.customOwners(ctx, s, forest); err != nil {
		return nil, err
	}
	if err := o.source.Load(ctx, s, snapshot.Query{Reads: o.children(s)}); err != nil {
		return nil, err
	}
	return load.Owners(ctx, s) // of pods that match and belong to others
}

// loadTargets reads the objects that were asked for by name.
func (o *options) loadTargets(ctx context.Context, s *snapshot.Snapshot) error {
	var q snapshot.Query
	for _, t := range o.targets {
		q.Reads = append(q.Reads, o.readTarget(t))
	}
	if err := o.source.Load(ctx, s, q); err != nil {
		return err
	}
	return o.loadBare(ctx, s)
}

// readTarget returns the read of one object by name. A bare name is a Deployment, or if there
// is none an object of another kind (see loadBare), so that it may be missing.
func (o *options) readTarget(t cli.Target) snapshot.Read {
	if t.Type == "" {
		return snapshot.Read{
			Resource: "deployments", Namespace: o.namespace, Name: t.Name, Optional: true, Impact: "it may be a Deployment",
		}
	}
	return snapshot.Read{
		Resource: resourceOf(t.Type), Namespace: o.namespace, Name: t.Name,
		Required: !o.list.IgnoreNotFound, Optional: o.list.IgnoreNotFound, Impact: t.Name + " is not shown",
	}
}

// resourceOf returns the plural for a type as typed; what is not built in is
// looked up by the server's name for it.
func resourceOf(name string) string {
	if k := snapshot.KindNamed(name); k != nil {
		return k.Resource()
	}
	return name
}

// loadBare looks for the names that are no Deployments among the other kinds.
func (o *options) loadBare(ctx context.Context, s *snapshot.Snapshot) error {
	q := snapshot.Query{}
	for _, t := range o.targets {
		if _, found := snapshot.Find(s.Deployments, o.namespace, t.Name); found || t.Type != "" {
			continue
		}
		q.Reads = append(q.Reads, o.otherKinds(t.Name)...)
	}
	if q.Empty() {
		return nil
	}
	if err := o.source.Load(ctx, s, q); err != nil {
		return err
	}
	return o.refusedName(ctx, s)
}

// otherKinds returns the reads of all that a bare name may be beside a Deployment. At most one of
// them is expected to find something.
func (o *options) otherKinds(name string) []snapshot.Read {
	var reads []snapshot.Read
	for _, k := range controllers[1:] { // Deployments, the first, were read already
		reads = append(reads, snapshot.Read{
			Resource: k.Resource(), Namespace: o.namespace, Name: name, Optional: true, Impact: "it may be a " + k.Kind,
		})
	}
	return reads
}

// refusedName returns the server's own error if a bare name was found nowhere and
// Deployments could not be read: it may be one. The read is made again, as a required one, into a
// snapshot that is thrown away: a gap keeps the words of an error, not the error.
func (o *options) refusedName(ctx context.Context, s *snapshot.Snapshot) error {
	for _, t := range o.targets {
		found := t.Type != "" || !s.HasGap("deployments", o.namespace)
		for _, k := range controllers {
			k.Each(s, func(obj metav1.Object) { found = found || obj.GetName() == t.Name })
		}
		if found {
			continue
		}
		read := snapshot.Read{Resource: "deployments", Namespace: o.namespace, Name: t.Name, Required: true}
		if err := o.source.Load(ctx, &snapshot.Snapshot{}, snapshot.Query{Reads: []snapshot.Read{read}}); err != nil {
			return err
		}
	}
	return nil
}

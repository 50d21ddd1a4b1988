package fielddoc

import "fmt"

// scope is an object inside of the one that is judged, for rules that compare its
// fields.
type scope struct {
	checker
	at     Cursor
	fields map[string]any
}

// refuse reports a field that validation refuses.
func (s scope) refuse(path, format string, args ...any) {
	s.report(Problem{Path: pathOf(s.at, path), Kind: WrongType, Message: fmt.Sprintf(format, args...)})
}

// demand reports a field that validation demands.
func (s scope) demand(path, why string) {
	s.report(Problem{Path: pathOf(s.at, path), Kind: MissingRequired, Message: "is required" + why})
}

func (s scope) value(path string) any { return get(any(s.fields), path) }

func (s scope) text(path string) string {
	word, _ := s.value(path).(string)
	return word
}

func (s scope) list(path string) []any {
	list, _ := s.value(path).([]any)
	return list
}

func (s scope) object(path string) map[string]any {
	m, _ := s.value(path).(map[string]any)
	return m
}

// number returns a number at a path; ok is false if there is none.
func (s scope) number(path string) (n float64, ok bool) { return numberOf(s.value(path)) }

// inside returns the scope of an element of a list.
func (s scope) inside(list string, i int) scope {
	c := s.at.Key(list).Step(Item(i))
	m, _ := c.value.(map[string]any)
	return scope{s.checker, c, m}
}

// crossRules are the rules that compare fields, by the type that they are about. Each
// names the upstream source of Kubernetes 1.37 that refuses what it reports.
var crossRules map[string][]func(scope)

func init() { //nolint:gochecknoinits // the rules walk types, which refer to the rules
	crossRules = map[string][]func(scope){
		// pkg/apis/apps/validation/validation.go
		"apps.DeploymentSpec":  {selectsTemplate, deploymentStrategy, deadlineBehindReady},
		"apps.ReplicaSetSpec":  {selectsTemplate},
		"apps.DaemonSetSpec":   {selectsTemplate, daemonStrategy},
		"apps.StatefulSetSpec": {selectsTemplate, statefulStrategy},
		// pkg/apis/core/validation/validation.go
		"core.ReplicationControllerSpec": {selectsTemplate},
		"core.PodSpec": {
			mountsVolumes, sharedNames, hostPorts, podOptions, podSystem, hostProcesses, sleepsInGrace, hostSysctls, overheads,
			claimedResources,
		},
		"core.Container":                 {restartsInInit, probes, privileges, mountOptions},
		"core.ResourceRequirements":      {resourceAmounts},
		"core.Toleration":                {toleration},
		"core.ResourceFieldSelector":     {resourceDivisor},
		"core.NodeSelectorTerm":          {nodeSelectorTerm},
		"core.AzureDiskVolumeSource":     {azureDisk},
		"core.EphemeralVolumeSource":     {ephemeralClaim},
		"core.ProjectedVolumeSource":     {projectedPaths},
		"core.Secret":                    {secretKeys},
		"core.ConfigMap":                 {configKeys},
		"core.ServiceSpec":               {servicePorts, serviceType, serviceAddresses},
		"core.PersistentVolumeClaimSpec": {claimModes, claimSize, claimSource},
		"core.NodeSelectorRequirement":   {requirement},
		"core.LimitRangeItem":            {limitRange},
		"core.EnvVar":                    {envName},
		"core.PersistentVolumeSpec":      {claimModes},
		// apimachinery pkg/apis/meta/v1/validation/validation.go
		"meta.LabelSelectorRequirement": {requirement},
		// pkg/apis/batch/validation/validation.go
		"batch.JobSpec": {jobIndexes, jobFailures, jobSuccess},
		"batch.PodFailurePolicyOnExitCodesRequirement": {exitCodes},
		"batch.SuccessPolicyRule":                      {succeededIndexes},
		// pkg/apis/autoscaling/validation/validation.go
		"autoscaling.HorizontalPodAutoscalerSpec":   {scalerBounds},
		"autoscaling.ObjectMetricSource":            {metricValue},
		"autoscaling.ExternalMetricSource":          {metricValue},
		"autoscaling.ResourceMetricSource":          {resourceTarget},
		"autoscaling.ContainerResourceMetricSource": {resourceTarget},
		"autoscaling.MetricTarget":                  {positiveTarget},
		// pkg/apis/networking/validation/validation.go
		"networking.HTTPIngressPath":   {ingressPath},
		"networking.NetworkPolicyPort": {policyPorts},
		"networking.NetworkPolicyPeer": {policyPeer},
		"networking.ServiceCIDRSpec":   {serviceRanges},
		// pkg/apis/discovery/validation/validation.go
		"discovery.EndpointSlice": {endpointAddresses},
		// pkg/apis/flowcontrol/validation/validation.go
		"flowcontrol.FlowSchema":            {exemptPrecedence},
		"flowcontrol.NonResourcePolicyRule": {wildcardsAlone},
		"flowcontrol.ResourcePolicyRule":    {wildcardsAlone},
		// apimachinery pkg/api/validation/objectmeta.go
		"meta.ObjectMeta": {finalizers},
		// pkg/apis/rbac/validation/validation.go
		"rbac.ClusterRoleBinding": {bindingSubjects},
		"rbac.RoleBinding":        {bindingSubjects},
		"rbac.PolicyRule":         {roleRule},
		// pkg/apis/policy/validation/validation.go
		"policy.PodDisruptionBudgetSpec": {percentages},
		// pkg/apis/scheduling/validation/validation.go
		"scheduling.PriorityClass": {priority},
		// pkg/apis/admissionregistration/validation/validation.go
		"admissionregistration.ValidatingWebhook":       {webhookName},
		"admissionregistration.MutatingWebhook":         {webhookName},
		"admissionregistration.NamedRuleWithOperations": {wildcardsAlone},
		"admissionregistration.RuleWithOperations":      {wildcardsAlone},
		// apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
		"apiextensions.CustomResourceDefinition":     {definitionName},
		"apiextensions.CustomResourceDefinitionSpec": {storedVersion},
	}
}

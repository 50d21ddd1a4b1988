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
	s.refuseAt(pathOf(s.at, path), fmt.Sprintf(format, args...))
}

// refuseAt reports that validation refuses what is at a path.
func (s scope) refuseAt(path Path, message string) {
	s.report(Problem{Path: path, Kind: WrongType, Message: message})
}

// demand reports a field that validation demands.
func (s scope) demand(path, why string) {
	s.report(Problem{Path: pathOf(s.at, path), Kind: MissingRequired, Message: "is required" + why})
}

// value returns the value at a path in dots, nil if there is none.
func (s scope) value(path string) any { return get(any(s.fields), path) }

// text returns the string at a path, empty if there is none.
func (s scope) text(path string) string {
	word, _ := s.value(path).(string)
	return word
}

// list returns the list at a path, nil if there is none.
func (s scope) list(path string) []any {
	list, _ := s.value(path).([]any)
	return list
}

// object returns the object at a path, nil if there is none.
func (s scope) object(path string) map[string]any {
	m, _ := s.value(path).(map[string]any)
	return m
}

// number returns a number at a path; ok is false if there is none.
func (s scope) number(path string) (n float64, ok bool) { return numberOf(s.value(path)) }

// inside returns the scope of an element of a list.
func (s scope) inside(list string, i int) scope {
	c := s.at.descend(list).Step(Item(i))
	m, _ := c.value.(map[string]any)
	return scope{s.checker, c, m}
}

// each calls do with the elements of a list.
func (s scope) each(list string, do func(scope)) {
	for i := range s.list(list) {
		do(s.inside(list, i))
	}
}

// below returns the scope of an object in a field; without fields if there is none.
func (s scope) below(path string) scope {
	c := s.at.descend(path)
	m, _ := c.value.(map[string]any)
	return scope{s.checker, c, m}
}

// refuseIn reports an element or a key of a field, or of the object itself if path is empty.
func (s scope) refuseIn(path string, step Step, format string, args ...any) {
	at := s.at.path
	if path != "" {
		at = pathOf(s.at, path)
	}
	s.refuseAt(at.With(step), fmt.Sprintf(format, args...))
}

// crossRules are the rules that compare fields, by the type that they are about. The comment
// before a group of types names the upstream file of Kubernetes 1.37 that refuses what the
// rules report, the comment of a rule the function in that file. With a new minor release they
// are to be compared again.
var crossRules map[string][]func(scope)

// init fills crossRules: as an initial value they would refer to themselves.
func init() { //nolint:gochecknoinits // the rules walk types, which refer to the rules
	crossRules = map[string][]func(scope){
		// pkg/apis/apps/validation/validation.go
		"apps.DeploymentSpec":  {selectsTemplate, deploymentStrategy, deadlineBehindReady, endless},
		"apps.ReplicaSetSpec":  {selectsTemplate, endless},
		"apps.DaemonSetSpec":   {selectsTemplate, daemonStrategy, endless},
		"apps.StatefulSetSpec": {selectsTemplate, statefulStrategy, setShares, endless},
		// pkg/apis/core/validation/validation.go
		"core.ReplicationControllerSpec": {selectsTemplate},
		"core.PodSpec": {
			mountsVolumes, sharedNames, hostPorts, podOptions, podSystem, hostProcesses, sleepsInGrace, hostSysctls, overheads,
			claimedResources, hostDuplicates, podName, resizes, blockDevices, fileVolumes, podAmounts,
		},
		"core.Pod":                               {gatedPod, debugContainers, podImages, podAnnotations},
		"core.PodTemplateSpec":                   {debugContainers, podAnnotations},
		"core.Container":                         {restartsInInit, probes, privileges, mountOptions, restartRules},
		"core.ResourceRequirements":              {resourceAmounts, largePages},
		"core.TopologySpreadConstraint":          {labelKeys},
		"core.PodAffinityTerm":                   {labelKeys},
		"core.Service":                           {sourceRanges},
		"core.NodeSpec":                          {nodeRanges},
		"core.EndpointSubset":                    {endpointPorts},
		"core.Event":                             {eventTimes, eventNamespace("involvedObject")},
		"events.Event":                           {eventFields, eventNamespace("regarding")},
		"core.ResourceQuotaSpec":                 {quotaLimits},
		"core.Toleration":                        {toleration},
		"core.ResourceFieldSelector":             {resourceDivisor},
		"core.NodeSelectorTerm":                  {nodeSelectorTerm},
		"core.AzureDiskVolumeSource":             {azureDisk},
		"core.EphemeralVolumeSource":             {ephemeralClaim},
		"core.ProjectedVolumeSource":             {projectedPaths},
		"core.Secret":                            {secretKeys},
		"core.ConfigMap":                         {configKeys},
		"core.ServiceSpec":                       {servicePorts, serviceType, serviceAddresses},
		"core.PersistentVolumeClaimSpec":         {claimModes, claimSize, claimSource},
		"core.NodeSelectorRequirement":           {requirement},
		"core.ScopedResourceSelectorRequirement": {requirement},
		"core.LimitRangeItem":                    {limitRange, limitNames},
		"core.EnvVar":                            {envName},
		"core.PersistentVolumeSpec":              {claimModes, volumeCapacity},
		// apimachinery pkg/apis/meta/v1/validation/validation.go
		"meta.LabelSelectorRequirement": {requirement},
		// pkg/apis/batch/validation/validation.go
		"batch.JobSpec": {jobIndexes, jobFailures, jobSuccess},
		"batch.PodFailurePolicyOnExitCodesRequirement": {exitCodes},
		"batch.SuccessPolicyRule":                      {succeededIndexes},
		// pkg/apis/autoscaling/validation/validation.go
		"autoscaling.HorizontalPodAutoscalerSpec":   {scalerBounds, scaledToZero, scaleTarget},
		"autoscaling.HPAScalingRules":               {scalingPolicies},
		"autoscaling.ObjectMetricSource":            {metricValue},
		"autoscaling.ExternalMetricSource":          {metricValue},
		"autoscaling.ResourceMetricSource":          {resourceTarget},
		"autoscaling.ContainerResourceMetricSource": {resourceTarget, scaledResource},
		"autoscaling.MetricTarget":                  {positiveTarget},
		// pkg/apis/networking/validation/validation.go
		"networking.Ingress":           {ingressClass},
		"networking.HTTPIngressPath":   {ingressPath},
		"networking.NetworkPolicyPort": {policyPorts},
		"networking.NetworkPolicyPeer": {policyPeer},
		"networking.ServiceCIDRSpec":   {serviceRanges},
		// pkg/apis/discovery/validation/validation.go
		"discovery.EndpointSlice": {endpointAddresses},
		// pkg/apis/flowcontrol/validation/validation.go
		"flowcontrol.FlowSchema":                 {exemptPrecedence},
		"flowcontrol.PriorityLevelConfiguration": {exemptLevel},
		"flowcontrol.QueuingConfiguration":       {queueHands},
		"flowcontrol.NonResourcePolicyRule":      {wildcardsAlone},
		"flowcontrol.ResourcePolicyRule":         {wildcardsAlone},
		// apimachinery pkg/api/validation/objectmeta.go
		"meta.ObjectMeta": {finalizers, ownController},
		// pkg/apis/rbac/validation/validation.go
		"rbac.ClusterRoleBinding": {bindingSubjects},
		"rbac.RoleBinding":        {bindingSubjects},
		"rbac.PolicyRule":         {roleRule},
		// pkg/apis/policy/validation/validation.go
		"policy.PodDisruptionBudgetSpec": {percentages},
		// pkg/apis/scheduling/validation/validation.go
		"scheduling.PriorityClass": {priority},
		// pkg/apis/admissionregistration/validation/validation.go
		"admissionregistration.ValidatingWebhook":             {webhookName, matchConditions},
		"admissionregistration.MutatingWebhook":               {webhookName, matchConditions},
		"admissionregistration.NamedRuleWithOperations":       {ruleWildcards},
		"admissionregistration.RuleWithOperations":            {ruleWildcards},
		"admissionregistration.ValidatingAdmissionPolicy":     {policyAnnotations},
		"admissionregistration.ValidatingAdmissionPolicySpec": {policyExpressions},
		"admissionregistration.MutatingAdmissionPolicySpec":   {policyExpressions},
		// pkg/apis/node/validation/validation.go
		"node.Overhead": {fixedOverhead},
		// pkg/apis/storage/validation/validation.go
		"storage.VolumeAttachmentSource": {inlineVolume},
		"storage.CSIDriverSpec":          {tokenAudiences},
		// pkg/apis/resource/validation/validation.go
		"resource.DeviceClaim":               {claimRequests},
		"resource.ExactDeviceRequest":        {deviceCount},
		"resource.DeviceSubRequest":          {deviceCount},
		"resource.DeviceToleration":          {deviceToleration},
		"resource.CELDeviceSelector":         {deviceExpression},
		"resource.ResourceSliceSpec":         {sliceNodes, skippedOperations},
		"resource.Device":                    {deviceBinding, deviceCapacity},
		"resource.DeviceCapacity":            {capacityPolicy},
		"resource.ResourceClaimTemplateSpec": {templateMetadata},
		// kube-aggregator pkg/apis/apiregistration/validation/validation.go
		"apiregistration.APIService":     {apiServiceName},
		"apiregistration.APIServiceSpec": {apiServiceTLS},
		// apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
		"apiextensions.CustomResourceDefinition":        {definitionName, definitionGroup},
		"apiextensions.CustomResourceDefinitionSpec":    {storedVersion, definitionSpec},
		"apiextensions.CustomResourceDefinitionVersion": {selectableFields},
		"apiextensions.CustomResourceValidation":        {definitionSchema},
	}
}

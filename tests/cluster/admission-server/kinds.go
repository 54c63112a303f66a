package main

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	extensionsopenapi "k8s.io/apiextensions-apiserver/pkg/generated/openapi"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/registry/generic"
	genericregistry "k8s.io/apiserver/pkg/registry/generic/registry"
	"k8s.io/apiserver/pkg/registry/rest"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/storage/names"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/util"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

// kind is a built-in kind that is served: by the generic storage, without validation.
type kind struct {
	group        schema.GroupVersion
	object, list runtime.Object
	cluster      bool // not in a namespace
	plural       string
}

// What admission reads, what it judges, and what deploy/webhook is made of.
var kinds = []kind{
	{group: corev1.SchemeGroupVersion, object: &corev1.Namespace{}, list: &corev1.NamespaceList{}, cluster: true},
	{group: corev1.SchemeGroupVersion, object: &corev1.Node{}, list: &corev1.NodeList{}, cluster: true},
	{group: corev1.SchemeGroupVersion, object: &corev1.Pod{}, list: &corev1.PodList{}},
	{group: corev1.SchemeGroupVersion, object: &corev1.Secret{}, list: &corev1.SecretList{}},
	{group: corev1.SchemeGroupVersion, object: &corev1.ConfigMap{}, list: &corev1.ConfigMapList{}},
	{group: corev1.SchemeGroupVersion, object: &corev1.Service{}, list: &corev1.ServiceList{}},
	{group: corev1.SchemeGroupVersion, object: &corev1.ServiceAccount{}, list: &corev1.ServiceAccountList{}},
	{group: corev1.SchemeGroupVersion, object: &corev1.ReplicationController{}, list: &corev1.ReplicationControllerList{}},
	{group: discoveryv1.SchemeGroupVersion, object: &discoveryv1.EndpointSlice{}, list: &discoveryv1.EndpointSliceList{}},
	{group: appsv1.SchemeGroupVersion, object: &appsv1.Deployment{}, list: &appsv1.DeploymentList{}},
	{group: appsv1.SchemeGroupVersion, object: &appsv1.StatefulSet{}, list: &appsv1.StatefulSetList{}},
	{group: appsv1.SchemeGroupVersion, object: &appsv1.DaemonSet{}, list: &appsv1.DaemonSetList{}},
	{group: appsv1.SchemeGroupVersion, object: &appsv1.ReplicaSet{}, list: &appsv1.ReplicaSetList{}},
	{group: batchv1.SchemeGroupVersion, object: &batchv1.Job{}, list: &batchv1.JobList{}},
	{group: batchv1.SchemeGroupVersion, object: &batchv1.CronJob{}, list: &batchv1.CronJobList{}},
	{group: policyv1.SchemeGroupVersion, object: &policyv1.PodDisruptionBudget{}, list: &policyv1.PodDisruptionBudgetList{}},
	{group: networkingv1.SchemeGroupVersion, object: &networkingv1.NetworkPolicy{}, list: &networkingv1.NetworkPolicyList{}, plural: "networkpolicies"},
	{group: rbacv1.SchemeGroupVersion, object: &rbacv1.ClusterRole{}, list: &rbacv1.ClusterRoleList{}, cluster: true},
	{group: rbacv1.SchemeGroupVersion, object: &rbacv1.ClusterRoleBinding{}, list: &rbacv1.ClusterRoleBindingList{}, cluster: true},
	{group: rbacv1.SchemeGroupVersion, object: &rbacv1.Role{}, list: &rbacv1.RoleList{}},
	{group: rbacv1.SchemeGroupVersion, object: &rbacv1.RoleBinding{}, list: &rbacv1.RoleBindingList{}},
	{group: admissionv1.SchemeGroupVersion, object: &admissionv1.ValidatingWebhookConfiguration{}, list: &admissionv1.ValidatingWebhookConfigurationList{}, cluster: true},
	{group: admissionv1.SchemeGroupVersion, object: &admissionv1.MutatingWebhookConfiguration{}, list: &admissionv1.MutatingWebhookConfigurationList{}, cluster: true},
	{group: admissionv1.SchemeGroupVersion, object: &admissionv1.ValidatingAdmissionPolicy{}, list: &admissionv1.ValidatingAdmissionPolicyList{}, cluster: true, plural: "validatingadmissionpolicies"},
	{group: admissionv1.SchemeGroupVersion, object: &admissionv1.ValidatingAdmissionPolicyBinding{}, list: &admissionv1.ValidatingAdmissionPolicyBindingList{}, cluster: true},
	{group: admissionv1.SchemeGroupVersion, object: &admissionv1.MutatingAdmissionPolicy{}, list: &admissionv1.MutatingAdmissionPolicyList{}, cluster: true, plural: "mutatingadmissionpolicies"},
	{group: admissionv1.SchemeGroupVersion, object: &admissionv1.MutatingAdmissionPolicyBinding{}, list: &admissionv1.MutatingAdmissionPolicyBindingList{}, cluster: true},
}

// The API's own types. There is no internal form of them: the type of v1 is registered as that, too, so that nothing is ever converted.
var (
	scheme         = newScheme()
	codecs         = serializer.NewCodecFactory(scheme)
	parameterCodec = runtime.NewParameterCodec(scheme)
)

func newScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientscheme.AddToScheme(scheme))
	for _, k := range kinds {
		scheme.AddKnownTypes(schema.GroupVersion{Group: k.group.Group, Version: runtime.APIVersionInternal}, k.object, k.list)
	}
	addDefaults(scheme)
	addPodFields(scheme)
	return scheme
}

func storageCodec() runtime.Codec {
	versions := []schema.GroupVersion{}
	for _, k := range kinds {
		versions = append(versions, k.group)
	}
	return codecs.LegacyCodec(versions...)
}

func (k kind) name() string { return reflect.TypeOf(k.object).Elem().Name() }

func (k kind) resource() string {
	if k.plural != "" {
		return k.plural
	}
	return strings.ToLower(k.name()) + "s"
}

// definitions are the schemas that the packages have, and those of our kinds, which are objects of any fields.
func definitions(ref common.ReferenceCallback) map[string]common.OpenAPIDefinition {
	made := extensionsopenapi.GetOpenAPIDefinitions(ref)
	for _, k := range kinds {
		for _, object := range []runtime.Object{k.object, k.list} {
			schema := spec.Schema{SchemaProps: spec.SchemaProps{Type: []string{"object"}}}
			schema.AddExtension("x-kubernetes-preserve-unknown-fields", true)
			made[util.GetCanonicalTypeName(object)] = common.OpenAPIDefinition{Schema: schema}
		}
	}
	return made
}

func newOf(object runtime.Object) func() runtime.Object {
	of := reflect.TypeOf(object).Elem()
	return func() runtime.Object { return reflect.New(of).Interface().(runtime.Object) }
}

// install makes the server serve the kinds.
func install(server *genericapiserver.GenericAPIServer, options generic.RESTOptionsGetter) error {
	groups := map[string]*genericapiserver.APIGroupInfo{}
	for _, k := range kinds {
		info := groups[k.group.Group]
		if info == nil {
			made := genericapiserver.NewDefaultAPIGroupInfo(k.group.Group, scheme, parameterCodec, codecs)
			made.PrioritizedVersions = []schema.GroupVersion{k.group}
			made.VersionedResourcesStorageMap[k.group.Version] = map[string]rest.Storage{}
			info = &made
			groups[k.group.Group] = info
		}
		storage, err := k.storage(options)
		if err != nil {
			return err
		}
		info.VersionedResourcesStorageMap[k.group.Version][k.resource()] = storage
	}
	for group, info := range groups {
		if group == "" {
			if err := server.InstallLegacyAPIGroup(genericapiserver.DefaultLegacyAPIPrefix, info); err != nil {
				return err
			}
		} else if err := server.InstallAPIGroup(info); err != nil {
			return err
		}
	}
	return nil
}

func (k kind) storage(options generic.RESTOptionsGetter) (rest.Storage, error) {
	resource := schema.GroupResource{Group: k.group.Group, Resource: k.resource()}
	behaviour := strategy{scheme, names.SimpleNameGenerator, !k.cluster}
	made := &genericregistry.Store{
		NewFunc:                   newOf(k.object),
		NewListFunc:               newOf(k.list),
		DefaultQualifiedResource:  resource,
		SingularQualifiedResource: schema.GroupResource{Group: k.group.Group, Resource: strings.ToLower(k.name())},
		CreateStrategy:            behaviour,
		UpdateStrategy:            behaviour,
		DeleteStrategy:            behaviour,
		TableConvertor:            rest.NewDefaultTableConvertor(resource),
	}
	storeOptions := &generic.StoreOptions{RESTOptions: options}
	if _, isPod := k.object.(*corev1.Pod); isPod {
		storeOptions.AttrFunc = podAttributes
	}
	return made, made.CompleteWithOptions(storeOptions)
}

// podAttributes are what pods can be selected by, of what kube-apiserver selects them by.
func podAttributes(object runtime.Object) (labels.Set, fields.Set, error) {
	pod := object.(*corev1.Pod)
	return pod.Labels, fields.Set{
		"metadata.name": pod.Name, "metadata.namespace": pod.Namespace, "spec.nodeName": pod.Spec.NodeName, "status.phase": string(pod.Status.Phase),
	}, nil
}

func addPodFields(scheme *runtime.Scheme) {
	utilruntime.Must(scheme.AddFieldLabelConversionFunc(corev1.SchemeGroupVersion.WithKind("Pod"), func(label, value string) (string, string, error) {
		if _, known, _ := podAttributes(&corev1.Pod{}); !known.Has(label) {
			return "", "", fmt.Errorf("%q is no field of pods to select by", label)
		}
		return label, value, nil
	}))
}

// strategy is what kinds have of their own in kube-apiserver. Here it is one for all.
type strategy struct {
	runtime.ObjectTyper
	names.NameGenerator
	namespaced bool
}

func (s strategy) NamespaceScoped() bool                                   { return s.namespaced }
func (strategy) PrepareForCreate(_ context.Context, object runtime.Object) { generation(object, nil) }
func (strategy) PrepareForUpdate(_ context.Context, object, old runtime.Object) {
	generation(object, old)
}
func (strategy) Canonicalize(runtime.Object)    {}
func (strategy) AllowCreateOnUpdate() bool      { return false }
func (strategy) AllowUnconditionalUpdate() bool { return true }
func (strategy) Validate(_ context.Context, object runtime.Object) field.ErrorList {
	return compile(object)
}
func (strategy) ValidateUpdate(_ context.Context, object, _ runtime.Object) field.ErrorList {
	return compile(object)
}
func (strategy) WarningsOnCreate(context.Context, runtime.Object) []string { return nil }
func (strategy) WarningsOnUpdate(context.Context, runtime.Object, runtime.Object) []string {
	return nil
}

// generation counts what was stored; admission tells by it that a policy has changed.
func generation(object, old runtime.Object) {
	made, err := meta.Accessor(object)
	utilruntime.Must(err)
	if old == nil {
		made.SetGeneration(1)
		return
	}
	before, err := meta.Accessor(old)
	utilruntime.Must(err)
	made.SetGeneration(before.GetGeneration() + 1)
}

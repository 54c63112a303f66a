package main

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/cel/environment"
)

// addDefaults sets the values that the API documents for fields that are missing, where admission reads them.
func addDefaults(scheme *runtime.Scheme) {
	scheme.AddTypeDefaultingFunc(&admissionv1.ValidatingWebhookConfiguration{}, func(o any) {
		for i := range o.(*admissionv1.ValidatingWebhookConfiguration).Webhooks {
			w := &o.(*admissionv1.ValidatingWebhookConfiguration).Webhooks[i]
			webhookDefaults(&w.FailurePolicy, &w.MatchPolicy, &w.NamespaceSelector, &w.ObjectSelector, &w.TimeoutSeconds, &w.ClientConfig, w.Rules)
		}
	})
	scheme.AddTypeDefaultingFunc(&admissionv1.MutatingWebhookConfiguration{}, func(o any) {
		for i := range o.(*admissionv1.MutatingWebhookConfiguration).Webhooks {
			w := &o.(*admissionv1.MutatingWebhookConfiguration).Webhooks[i]
			webhookDefaults(&w.FailurePolicy, &w.MatchPolicy, &w.NamespaceSelector, &w.ObjectSelector, &w.TimeoutSeconds, &w.ClientConfig, w.Rules)
			setIfNil(&w.ReinvocationPolicy, admissionv1.NeverReinvocationPolicy)
		}
	})
	scheme.AddTypeDefaultingFunc(&admissionv1.ValidatingAdmissionPolicy{}, func(o any) {
		spec := &o.(*admissionv1.ValidatingAdmissionPolicy).Spec
		setIfNil(&spec.FailurePolicy, admissionv1.Fail)
		if spec.MatchConstraints != nil {
			matchDefaults(spec.MatchConstraints)
		}
	})
	scheme.AddTypeDefaultingFunc(&admissionv1.ValidatingAdmissionPolicyBinding{}, func(o any) {
		if match := o.(*admissionv1.ValidatingAdmissionPolicyBinding).Spec.MatchResources; match != nil {
			matchDefaults(match)
		}
	})
	scheme.AddTypeDefaultingFunc(&corev1.Namespace{}, func(o any) {
		namespace := o.(*corev1.Namespace)
		if namespace.Name != "" {
			metav1.SetMetaDataLabel(&namespace.ObjectMeta, corev1.LabelMetadataName, namespace.Name)
		}
		if namespace.Status.Phase == "" {
			namespace.Status.Phase = corev1.NamespaceActive
		}
	})
	scheme.AddTypeDefaultingFunc(&corev1.Service{}, func(o any) {
		if spec := &o.(*corev1.Service).Spec; spec.Type == "" {
			spec.Type = corev1.ServiceTypeClusterIP
		}
	})
}

func webhookDefaults(failure **admissionv1.FailurePolicyType, match **admissionv1.MatchPolicyType, namespaces, objects **metav1.LabelSelector, timeout **int32,
	client *admissionv1.WebhookClientConfig, rules []admissionv1.RuleWithOperations) {
	setIfNil(failure, admissionv1.Fail)
	setIfNil(match, admissionv1.Equivalent)
	setIfNil(namespaces, metav1.LabelSelector{})
	setIfNil(objects, metav1.LabelSelector{})
	setIfNil(timeout, 10)
	if client.Service != nil {
		setIfNil(&client.Service.Port, 443)
	}
	for i := range rules {
		setIfNil(&rules[i].Scope, admissionv1.AllScopes)
	}
}

func matchDefaults(match *admissionv1.MatchResources) {
	setIfNil(&match.MatchPolicy, admissionv1.Equivalent)
	setIfNil(&match.NamespaceSelector, metav1.LabelSelector{})
	setIfNil(&match.ObjectSelector, metav1.LabelSelector{})
	for _, rules := range [][]admissionv1.NamedRuleWithOperations{match.ResourceRules, match.ExcludeResourceRules} {
		for i := range rules {
			setIfNil(&rules[i].Scope, admissionv1.AllScopes)
		}
	}
}

func setIfNil[T any](to **T, value T) {
	if *to == nil {
		*to = &value
	}
}

// compile refuses expressions that the genuine compiler refuses, as kube-apiserver does when they are stored.
func compile(object runtime.Object) field.ErrorList {
	errs := field.ErrorList{}
	switch o := object.(type) {
	case *admissionv1.ValidatingWebhookConfiguration:
		for i, webhook := range o.Webhooks {
			errs = append(errs, compileConditions(field.NewPath("webhooks").Index(i).Child("matchConditions"), webhook.MatchConditions)...)
		}
	case *admissionv1.MutatingWebhookConfiguration:
		for i, webhook := range o.Webhooks {
			errs = append(errs, compileConditions(field.NewPath("webhooks").Index(i).Child("matchConditions"), webhook.MatchConditions)...)
		}
	case *admissionv1.ValidatingAdmissionPolicy:
		errs = compilePolicy(&o.Spec)
	}
	return errs
}

func compileConditions(path *field.Path, conditions []admissionv1.MatchCondition) field.ErrorList {
	compiler := plugincel.NewCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	errs := field.ErrorList{}
	for i := range conditions {
		errs = appendError(errs, path.Index(i).Child("expression"), conditions[i].Expression, compiler.CompileCELExpression(
			(*matchconditions.MatchCondition)(&conditions[i]), plugincel.OptionalVariableDeclarations{HasAuthorizer: true}, environment.NewExpressions))
	}
	return errs
}

func compilePolicy(spec *admissionv1.ValidatingAdmissionPolicySpec) field.ErrorList {
	compiler, err := plugincel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		return field.ErrorList{field.InternalError(nil, err)}
	}
	variables := plugincel.OptionalVariableDeclarations{HasParams: spec.ParamKind != nil, HasAuthorizer: true}
	errs, path := field.ErrorList{}, field.NewPath("spec")
	for i := range spec.MatchConditions {
		errs = appendError(errs, path.Child("matchConditions").Index(i).Child("expression"), spec.MatchConditions[i].Expression,
			compiler.CompileCELExpression((*matchconditions.MatchCondition)(&spec.MatchConditions[i]), variables, environment.NewExpressions))
	}
	for i, variable := range spec.Variables {
		errs = appendError(errs, path.Child("variables").Index(i).Child("expression"), variable.Expression,
			compiler.CompileAndStoreVariable(&validating.Variable{Name: variable.Name, Expression: variable.Expression}, variables, environment.NewExpressions))
	}
	for i, validation := range spec.Validations {
		at := path.Child("validations").Index(i)
		errs = appendError(errs, at.Child("expression"), validation.Expression,
			compiler.CompileCELExpression(&validating.ValidationCondition{Expression: validation.Expression}, variables, environment.NewExpressions))
		if validation.MessageExpression != "" {
			errs = appendError(errs, at.Child("messageExpression"), validation.MessageExpression, compiler.CompileCELExpression(
				&validating.MessageExpressionCondition{MessageExpression: validation.MessageExpression},
				plugincel.OptionalVariableDeclarations{HasParams: spec.ParamKind != nil}, environment.NewExpressions))
		}
	}
	return errs
}

func appendError(errs field.ErrorList, path *field.Path, expression string, result plugincel.CompilationResult) field.ErrorList {
	if result.Error == nil {
		return errs
	}
	return append(errs, field.Invalid(path, expression, fmt.Sprintf("%s: %s", result.Error.Type, result.Error.Detail)))
}

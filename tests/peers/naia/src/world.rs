//! naia keeps its replicas in a world of the game's. This is the smallest: entities are numbers, and each has the one
//! component that there is, in an array. It must never be slower than what a game would bring.

use crate::Seen;
use naia_shared::{
    ComponentFieldUpdate, ComponentKind, ComponentKinds, ComponentUpdate,
    EntityAndGlobalEntityConverter, GlobalWorldManagerType, LocalEntityAndGlobalEntityConverter,
    ReplicaDynMut, ReplicaDynMutWrapper, ReplicaDynRef, ReplicaDynRefWrapper, ReplicaMutTrait,
    ReplicaMutWrapper, ReplicaRefTrait, ReplicaRefWrapper, Replicate, ReplicatedComponent,
    SerdeErr, WorldMutType, WorldRefType,
};
use std::ops::Deref;

/// `None` is an entity without its component; what is despawned stays as such. What comes into sight once more is a new
/// entity, some two hundred times in a run.
#[derive(Default)]
pub struct World {
    pub slots: Vec<Option<Seen>>,
}

/// What is lent to naia: `&World` or `&mut World`.
pub struct Lent<T>(pub T);

struct Shared<'a, R>(&'a R);
struct Unique<'a, R>(&'a mut R);

impl<R: Replicate> ReplicaRefTrait<R> for Shared<'_, R> {
    fn to_ref(&self) -> &R {
        self.0
    }
}

impl<R: Replicate> ReplicaRefTrait<R> for Unique<'_, R> {
    fn to_ref(&self) -> &R {
        self.0
    }
}

impl<R: Replicate> ReplicaMutTrait<R> for Unique<'_, R> {
    fn to_mut(&mut self) -> &mut R {
        self.0
    }
}

fn is_seen(kind: &ComponentKind) -> bool {
    *kind == ComponentKind::of::<Seen>()
}

impl<T: Deref<Target = World>> WorldRefType<usize> for Lent<T> {
    fn has_entity(&self, entity: &usize) -> bool {
        *entity < self.0.slots.len()
    }

    fn entities(&self) -> Vec<usize> {
        (0..self.0.slots.len()).collect()
    }

    fn has_component<R: ReplicatedComponent>(&self, entity: &usize) -> bool {
        self.has_component_of_kind(entity, &ComponentKind::of::<R>())
    }

    fn has_component_of_kind(&self, entity: &usize, kind: &ComponentKind) -> bool {
        is_seen(kind) && self.0.slots.get(*entity).is_some_and(Option::is_some)
    }

    fn component<'a, R: ReplicatedComponent>(
        &'a self,
        entity: &usize,
    ) -> Option<ReplicaRefWrapper<'a, R>> {
        let seen = self.0.slots.get(*entity)?.as_ref()?;
        Some(ReplicaRefWrapper::new(Shared(seen.to_any().downcast_ref::<R>()?)))
    }

    fn component_of_kind<'a>(
        &'a self,
        entity: &usize,
        kind: &ComponentKind,
    ) -> Option<ReplicaDynRefWrapper<'a>> {
        let seen = self.0.slots.get(*entity)?.as_ref().filter(|_| is_seen(kind))?;
        Some(ReplicaDynRefWrapper::new(ReplicaDynRef::new(seen)))
    }
}

impl WorldMutType<usize> for Lent<&mut World> {
    fn spawn_entity(&mut self) -> usize {
        self.0.slots.push(None);
        self.0.slots.len() - 1
    }

    fn local_duplicate_entity(&mut self, entity: &usize) -> usize {
        let copy = self.0.slots[*entity].clone();
        self.0.slots.push(copy);
        self.0.slots.len() - 1
    }

    fn local_duplicate_components(&mut self, to: &usize, from: &usize) {
        self.0.slots[*to] = self.0.slots[*from].clone();
    }

    fn despawn_entity(&mut self, entity: &usize) {
        self.0.slots[*entity] = None;
    }

    fn component_kinds(&mut self, entity: &usize) -> Vec<ComponentKind> {
        self.0.slots[*entity].iter().map(Replicate::kind).collect()
    }

    fn component_mut<'a, R: ReplicatedComponent>(
        &'a mut self,
        entity: &usize,
    ) -> Option<ReplicaMutWrapper<'a, R>> {
        let seen = self.0.slots.get_mut(*entity)?.as_mut()?;
        Some(ReplicaMutWrapper::new(Unique(seen.to_any_mut().downcast_mut::<R>()?)))
    }

    fn component_mut_of_kind<'a>(
        &'a mut self,
        entity: &usize,
        kind: &ComponentKind,
    ) -> Option<ReplicaDynMutWrapper<'a>> {
        let seen = self.0.slots.get_mut(*entity)?.as_mut().filter(|_| is_seen(kind))?;
        Some(ReplicaDynMutWrapper::new(ReplicaDynMut::new(seen)))
    }

    fn component_apply_update(
        &mut self,
        converter: &dyn LocalEntityAndGlobalEntityConverter,
        entity: &usize,
        _: &ComponentKind,
        update: ComponentUpdate,
    ) -> Result<(), SerdeErr> {
        self.0.slots[*entity]
            .as_mut()
            .map_or(Ok(()), |seen| seen.read_apply_update(converter, update))
    }

    fn component_apply_field_update(
        &mut self,
        converter: &dyn LocalEntityAndGlobalEntityConverter,
        entity: &usize,
        _: &ComponentKind,
        update: ComponentFieldUpdate,
    ) -> Result<(), SerdeErr> {
        self.0.slots[*entity]
            .as_mut()
            .map_or(Ok(()), |seen| seen.read_apply_field_update(converter, update))
    }

    fn mirror_entities(&mut self, to: &usize, from: &usize) {
        self.mirror_components(to, from, &ComponentKind::of::<Seen>());
    }

    fn mirror_components(&mut self, to: &usize, from: &usize, _: &ComponentKind) {
        if let (Some(source), Some(seen)) =
            (self.0.slots[*from].clone(), self.0.slots[*to].as_mut())
        {
            seen.mirror(&source);
        }
    }

    fn insert_component<R: ReplicatedComponent>(&mut self, entity: &usize, component: R) {
        self.insert_boxed_component(entity, Box::new(component));
    }

    fn insert_boxed_component(&mut self, entity: &usize, component: Box<dyn Replicate>) {
        self.0.slots[*entity] = component.to_boxed_any().downcast::<Seen>().ok().map(|seen| *seen);
    }

    fn remove_component<R: ReplicatedComponent>(&mut self, entity: &usize) -> Option<R> {
        let seen: Box<dyn Replicate> = Box::new(self.0.slots[*entity].take()?);
        seen.to_boxed_any().downcast::<R>().ok().map(|component| *component)
    }

    fn remove_component_of_kind(
        &mut self,
        entity: &usize,
        _: &ComponentKind,
    ) -> Option<Box<dyn Replicate>> {
        self.0.slots[*entity].take().map(|seen| Box::new(seen) as Box<dyn Replicate>)
    }

    // The rest is for entities that clients own or borrow, and there are none.

    fn entity_publish(
        &mut self,
        _: &ComponentKinds,
        _: &dyn EntityAndGlobalEntityConverter<usize>,
        _: &dyn GlobalWorldManagerType,
        _: &usize,
    ) {
    }

    fn component_publish(
        &mut self,
        _: &ComponentKinds,
        _: &dyn EntityAndGlobalEntityConverter<usize>,
        _: &dyn GlobalWorldManagerType,
        _: &usize,
        _: &ComponentKind,
    ) {
    }

    fn entity_unpublish(&mut self, _: &usize) {}

    fn component_unpublish(&mut self, _: &usize, _: &ComponentKind) {}

    fn entity_enable_delegation(
        &mut self,
        _: &ComponentKinds,
        _: &dyn EntityAndGlobalEntityConverter<usize>,
        _: &dyn GlobalWorldManagerType,
        _: &usize,
    ) {
    }

    fn component_enable_delegation(
        &mut self,
        _: &ComponentKinds,
        _: &dyn EntityAndGlobalEntityConverter<usize>,
        _: &dyn GlobalWorldManagerType,
        _: &usize,
        _: &ComponentKind,
    ) {
    }

    fn entity_disable_delegation(&mut self, _: &usize) {}

    fn component_disable_delegation(&mut self, _: &usize, _: &ComponentKind) {}
}
